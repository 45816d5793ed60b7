/** Keys of JSON objects as the bytes that they are written in, compared where they stand: no text is made of them. */

/** A key with its quotes, of characters that JSON writes as they are. */
export function keyBytes(name: string): Uint8Array {
  return Buffer.from(`"${name}"`);
}

/** Whether `key` stands at `start` of `text`. */
export function isKeyAt(text: Uint8Array, start: number, key: Uint8Array): boolean {
  for (let i = 0; i < key.length; i += 1) if (text[start + i] !== key[i]) return false;
  return true;
}
