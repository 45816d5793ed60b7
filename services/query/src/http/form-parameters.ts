/**
 * The parameters of a search from a query string or a form body. Unlike URLSearchParams it refuses what is not
 * UTF-8: a value that silently became another one would be answered with nothing found.
 */

/** The decoded parameters in their order, or undefined where the text is not percent-encoded UTF-8. */
export function formParameters(text: string): [name: string, value: string][] | undefined {
  const parameters: [string, string][] = [];
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    try {
      parameters.push([decoded(name), decoded(value)]);
    } catch {
      return undefined;
    }
  }
  return parameters;
}

/** The query of `url` as it was sent: `searchParams` has already replaced what is not UTF-8. */
export function queryOf(url: string): string {
  return new URL(url).search.slice(1);
}

/** A percent sign before anything but two hexadecimal digits is itself, as in the URL standard. */
function decoded(text: string): string {
  return text.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, decodeURIComponent);
}
