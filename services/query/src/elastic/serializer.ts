/**
 * Elasticsearch's answers as data. A long that no JavaScript number can hold stays the text it was written with: the
 * microseconds of a date after 2255 are such, and a page continues exactly where the one before it ended.
 */
import { Serializer } from '@elastic/elasticsearch';

export class ExactSerializer extends Serializer {
  override deserialize<Result>(json: string): Result {
    const answer = super.deserialize<Result>(json);
    return hasInexactLong(answer) ? JSON.parse(json, withExactLongs) : answer;
  }
}

/** Seldom, and only then is every number read with its text. What a page brings is a few values beside long strings. */
function hasInexactLong(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasInexactLong);
}

function withExactLongs(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return /^-?\d+$/.test(source) ? source : value;
}
