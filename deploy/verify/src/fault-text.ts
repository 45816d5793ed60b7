/** An error of which nothing is known: the name of its kind and where it was thrown, without a word of its message. */

const FRAMES_MAX = 10;

export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error';
  const { message, stack = '' } = error;
  const kind = error.constructor.name;
  // The message is in the stack, and may have lines of its own that look like more of it.
  const at = stack.indexOf(message);
  if (at < 0) return kind;
  const frames = stack
    .slice(at + message.length)
    .split('\n')
    .slice(1, FRAMES_MAX + 1);
  return [kind, ...frames].join('\n');
}
