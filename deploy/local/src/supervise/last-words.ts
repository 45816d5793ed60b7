/**
 * What a service that could not start said last, for the terminal: plain lines as they are (the services write what
 * is wrong with their settings so), of JSON log lines the message of those that are errors.
 */

const linesMax = 8;

export function lastWords(tail: readonly string[]): string[] {
  return tail.flatMap(read).slice(-linesMax);
}

function read(line: string): string[] {
  if (!line.startsWith('{')) return line.trim() === '' ? [] : [line];
  try {
    const { level, msg } = JSON.parse(line) as { level?: unknown; msg?: unknown };
    return (level === 'error' || level === 'fatal') && typeof msg === 'string' ? [msg] : [];
  } catch {
    return [line];
  }
}
