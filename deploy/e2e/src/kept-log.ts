/** A logger that keeps all that it is told, to be looked through for what must not be there. */
import { createLogger } from '@auditbox/service-kit';

/** At every level, as a service would write it. */
export function keptLog() {
  const lines: string[] = [];
  const logger = createLogger('test', 'debug', { write: (line) => void lines.push(line) });
  return {
    logger,
    text: () => lines.join(''),
    /** The fields of the lines of a level. */
    at: (level: string) =>
      lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.level === level),
  };
}
