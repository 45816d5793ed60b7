/** The spans of services that were started with `spans-to-file.ts`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from './pipeline.ts';

export type WrittenSpan = {
  readonly name: string;
  /** In the numbers of the API: 1 server, 2 client, 3 producer, 4 consumer. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  /** The spans that it links to. */
  readonly links: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
  /** How many: an exception that was recorded is one. */
  readonly events: number;
};

/** What a service is started with, so that its spans are written to `folder`. */
export function spansTo(folder: string): Environment {
  const preload = fileURLToPath(new URL('./spans-to-file.ts', import.meta.url));
  return { NODE_OPTIONS: `--import=${preload}`, AUDITBOX_TEST_SPANS: folder };
}

/** Those that have ended by now. */
export function writtenSpans(folder: string): WrittenSpan[] {
  return readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as WrittenSpan),
  );
}
