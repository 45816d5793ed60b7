/** A name as it may be repeated to the client: what looks like one, and no more. */
export function printable(name: string): string {
  return /^[A-Za-z_:][\w.:-]{0,63}$/.test(name) ? `"${name}"` : '"…"';
}
