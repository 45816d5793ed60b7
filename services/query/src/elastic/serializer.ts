/**
 * Elasticsearch's answers as data. A long that no JavaScript number can hold stays the text it was written with: the
 * microseconds of a date after 2255 are such, and a page continues exactly where the one before it ended.
 */
import { Serializer } from '@elastic/elasticsearch';

/** Where an integer beyond 2^53 may be; seldom, and only then is every number looked at. */
const UNSAFE = /9\d{15}|\d{17}/;

export class ExactSerializer extends Serializer {
  override deserialize<Result>(json: string): Result {
    return UNSAFE.test(json) ? JSON.parse(json, withExactLongs) : (super.deserialize(json) as Result);
  }
}

function withExactLongs(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return /^-?\d+$/.test(source) ? source : value;
}
