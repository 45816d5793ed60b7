/**
 * The answer to a Bundle: the request with the stored events in the place of those that were sent, as text, so
 * that what is answered is what is stored. Everything else of the Bundle comes back as it came.
 */
type Entry = Readonly<Record<string, unknown>>;
export type ExactBundle = Readonly<Record<string, unknown>> & { readonly entry: readonly Entry[] };

/** `texts[i]` is the stored event of `entry[i]`. */
export function bundleAnswer(bundle: ExactBundle, texts: readonly string[]): string {
  const { entry, ...rest } = bundle;
  const entries = entry.map(({ resource: _resource, ...others }, index) =>
    withMember(others, 'resource', texts[index] ?? 'null'),
  );
  return withMember(rest, 'entry', `[${entries.join(',')}]`);
}

/** The JSON of `object` with one more member, whose value is JSON already. */
function withMember(object: object, name: string, json: string): string {
  const text = JSON.stringify(object);
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"${name}":${json}}`;
}
