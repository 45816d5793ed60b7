/** `Vary` (RFC 9110, section 12.5.5): what an answer depends on, each name once, also where it was said before. */
import type { Context } from 'hono';
import { answerHeader } from './answer-header.ts';
import { splitUnquoted } from './header-value.ts';

export function varyBy(c: Context, name: string): void {
  const vary = c.res.headers.get('vary');
  if (vary === null) {
    answerHeader(c, 'vary', name);
    return;
  }
  const names = splitUnquoted(vary, ',').map((one) => one.toLowerCase());
  if (names.includes('*') || names.includes(name.toLowerCase())) return;
  answerHeader(c, 'vary', vary === '' ? name : `${vary}, ${name}`);
}
