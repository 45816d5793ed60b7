/**
 * A limit on time: what a search costs is bounded for all its requests and retries together. Elasticsearch ends the
 * work of a request whose connection is closed, so nothing goes on for nobody.
 */
import { ElasticError } from './errors.ts';

/** What `run` gives, or a `search-engine-too-slow` after `ms`. `signal` is the client's own. */
export async function within<Result>(
  ms: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = AbortSignal.timeout(ms);
  try {
    return await run(AbortSignal.any([signal, late]));
  } catch (error) {
    if (late.aborted && !signal.aborted) throw new ElasticError('search-engine-too-slow');
    throw error;
  }
}
