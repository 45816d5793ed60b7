/** What `npm test` provides to tests on the real parts; see vitest.config.ts. */
import 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** host:port, separated by commas. */
    kafkaBrokers: string;
    elasticUri: string;
  }
}
