/** Which methods a path has, told from the routes themselves: what a 405 says in `Allow` (RFC 9110, section 15.5.6). */

export type Route = { readonly method: string; readonly path: string };

/** In alphabetical order, HEAD wherever GET is; none where no route names the path. A wildcard names nothing. */
export function allowedMethods(routes: readonly Route[], path: string): string[] {
  const named = routes.filter((route) => route.method !== 'ALL' && !route.path.includes('*'));
  const exact = named.filter((route) => route.path === path);
  const matching = exact.length > 0 ? exact : named.filter((route) => matches(route.path, path));
  const methods = new Set(matching.map(({ method }) => method));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

function matches(pattern: string, path: string): boolean {
  const [expected, segments] = [pattern.split('/'), path.split('/')];
  return (
    expected.length === segments.length &&
    expected.every((part, index) =>
      part.startsWith(':') ? segments[index] !== '' : part === segments[index],
    )
  );
}
