/**
 * The router of an app, which looks for what a path without parameters meets once and then knows it: what is sent most,
 * as `POST /AuditEvent`, goes the same way every time. It knows no more than there are routes: nothing that a client
 * writes is kept.
 */
import type { Result, Router } from 'hono/router';

/** What makes a pattern of a path: a parameter or a wildcard. */
const PATTERN = /[:*]/;

export class ExactRoutes<Handler> implements Router<Handler> {
  readonly name = 'ExactRoutes';
  readonly #router: Router<Handler>;
  readonly #methods = new Set<string>();
  /** By path, then by method. */
  readonly #known = new Map<string, Map<string, Result<Handler>>>();

  constructor(router: Router<Handler>) {
    this.#router = router;
  }

  add(method: string, path: string, handler: Handler): void {
    this.#router.add(method, path, handler);
    this.#methods.add(method);
    if (!PATTERN.test(path)) this.#known.set(path, new Map());
  }

  match(method: string, path: string): Result<Handler> {
    const known = this.#known.get(path);
    const result = known?.get(method) ?? this.#router.match(method, path);
    if (known !== undefined && this.#methods.has(method)) known.set(method, result);
    return result;
  }
}
