/** `Vary` (RFC 9110, section 12.5.5): what an answer depends on, each name once, also where it was said before. */
import type { Context } from 'hono';
import { splitUnquoted } from './header-value.ts';

/** By way of the context: the headers of an answer that `fetch` gave can't be changed. */
export function varyBy(c: Context, name: string): void {
  const vary = c.res.headers.get('vary') ?? '';
  const names = splitUnquoted(vary, ',').map((one) => one.toLowerCase());
  if (names.includes('*') || names.includes(name.toLowerCase())) return;
  c.header('vary', vary === '' ? name : `${vary}, ${name}`);
}
