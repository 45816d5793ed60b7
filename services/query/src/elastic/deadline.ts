/**
 * A limit on time: what a search costs is bounded for all its requests and retries together, also where an answer
 * begins and never ends. Elasticsearch ends the work of a request whose connection is closed, so nothing goes on for
 * nobody.
 */
import { ElasticError } from './errors.ts';

/** What `run` gives, or a `search-engine-too-slow` after `ms`. `signal` is the client's own. */
export async function within<Result>(
  ms: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  const { promise: gaveUp, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new ElasticError('search-engine-too-slow'));
    late.abort();
  }, ms);
  try {
    return await Promise.race([run(AbortSignal.any([signal, late.signal])), gaveUp]);
  } finally {
    clearTimeout(timer);
  }
}
