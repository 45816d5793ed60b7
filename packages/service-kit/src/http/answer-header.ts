/**
 * A header of an answer that is there already. Hono's own `c.header` makes another Response of it with its body as a
 * stream, of which the server then reads a text that it had: with four such headers that costs more than the rest of HTTP.
 */
import type { Context } from 'hono';

export function answerHeader(c: Context, name: string, value: string): void {
  try {
    c.res.headers.set(name, value);
  } catch (error) {
    // The headers of an answer that `fetch` gave can't be changed, those of its copy can.
    if (!(error instanceof TypeError)) throw error;
    c.header(name, value);
  }
}
