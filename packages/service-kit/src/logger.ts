/**
 * Structured logs: one JSON object a line on standard output.
 *
 * Levels have meanings. ERROR: data is lost or a person must act. WARN: degraded, it heals itself. INFO: the
 * life of the service. DEBUG: the rest. Patient data and secrets never get here: ids, codes and counts only.
 * An error is logged by its name, code and stack; its message is not, because messages of Elasticsearch, Kafka
 * and JSON.parse quote what they were given.
 */
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

export type LogLevel = 'off' | 'debug' | 'info' | 'error';

/** Fields that are replaced wherever they appear at the top or one level below. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'apiKey',
  'body',
  'event',
  'value',
];

const CAUSES_MAX = 3;

/** Writes to standard output, or to `destination`. */
export function createLogger(service: string, level: LogLevel, destination?: DestinationStream): PinoLogger {
  const options = {
    level: level === 'off' ? 'silent' : level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
    serializers: { err: (error: unknown) => describeError(error) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

export type DescribedError = {
  readonly name: string;
  readonly code?: string;
  readonly stack?: readonly string[];
  readonly cause?: DescribedError;
};

/** An error without its message. */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  const described = code ?? statusCode;
  const stack = framesOf(error);
  return {
    name: error.name,
    ...((typeof described === 'string' || typeof described === 'number') && { code: String(described) }),
    ...(stack !== undefined && { stack }),
    ...(error.cause !== undefined && depth < CAUSES_MAX && { cause: describeError(error.cause, depth + 1) }),
  };
}

/** What follows the message in a stack: a line of the message itself may look like a frame. */
function framesOf({ stack, message }: Error): string[] | undefined {
  if (stack === undefined) return undefined;
  const start = stack.indexOf(message);
  // Where the message has become another, nobody can tell where the first one ends.
  const frames = start < 0 ? '' : stack.slice(start + message.length);
  return frames
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
}
