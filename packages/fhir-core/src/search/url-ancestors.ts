/**
 * What is above a URL (R4 search.html#uri): the URL itself, and what it is within, by path segment. Each ancestor comes
 * with and without the slash at its end, because a policy or a profile is written either way.
 */

/** Scheme and authority: above them is nothing. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#|]*/i;

/** Whether a text is a URL to which `:above` and `:below` apply; URNs and others have no hierarchy. */
export function isUrl(text: string): boolean {
  return ORIGIN.test(text);
}

/** Of a URL, itself first. */
export function urlAncestors(url: string): string[] {
  const [origin = url] = ORIGIN.exec(url) ?? [];
  const found = new Set([url]);
  for (let at = url.length - 1; at >= origin.length; at--) {
    const delimiter = url[at] ?? '';
    if (!'/?#|'.includes(delimiter)) continue;
    if (delimiter === '/') found.add(url.slice(0, at + 1));
    found.add(url.slice(0, at));
  }
  return [...found];
}
