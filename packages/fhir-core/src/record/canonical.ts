/**
 * The canonical form of an event: keys sorted, numbers as written, without the three values that are the
 * server's (`id`, `meta.lastUpdated`, `meta.versionId`). Two sendings of one event have the same form,
 * whatever order their keys came in; its SHA-256 is the content digest.
 */
import { isObject } from '../schema/invariant.ts';

type JsonObject = { readonly [key: string]: unknown };

/** The canonical JSON text of `event` (as parsed exactly), in the order of UTF-16 code units (RFC 8785, section 3.2.3). */
export function canonicalForm(event: JsonObject): string {
  const { id: _id, meta, ...rest } = event;
  if (!isObject(meta)) return canonical(meta === undefined ? rest : { ...rest, meta });
  const { lastUpdated: _lastUpdated, versionId: _versionId, ...kept } = meta;
  return canonical(Object.keys(kept).length === 0 ? rest : { ...rest, meta: kept });
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value) || JSON.isRawJSON(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(',')}}`;
}
