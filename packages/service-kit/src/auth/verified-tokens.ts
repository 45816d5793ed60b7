/**
 * Tokens that were verified a moment ago: a signature costs more than all else that is done for a small request. One is
 * remembered by its hash, so nobody finds a token in memory here; never past its own end, never past the withdrawal of
 * its key, and for minutes at most.
 */
import type { Caller } from './caller.ts';

/** Each with its claims, some KB. */
const TOKENS_MAX = 10_000;

export type VerifiedToken = {
  readonly caller: Caller;
  /** See `IssuerKey`. */
  readonly keyId: string;
  /** Milliseconds since 1970 from which it counts no more. */
  readonly untilMs: number;
};

export class VerifiedTokens {
  readonly #tokens = new Map<string, VerifiedToken>();
  readonly #max: number;

  constructor(max = TOKENS_MAX) {
    this.#max = max;
  }

  find(hash: string, nowMs: number, isKey: (keyId: string) => boolean): Caller | undefined {
    const token = this.#tokens.get(hash);
    if (token === undefined) return undefined;
    if (nowMs < token.untilMs && isKey(token.keyId)) return token.caller;
    this.#tokens.delete(hash);
    return undefined;
  }

  remember(hash: string, token: VerifiedToken): void {
    // The oldest goes: tokens end in about the order in which they come.
    if (this.#tokens.size >= this.#max) {
      const [oldest] = this.#tokens.keys();
      if (oldest !== undefined) this.#tokens.delete(oldest);
    }
    this.#tokens.set(hash, token);
  }

  get size(): number {
    return this.#tokens.size;
  }
}
