/**
 * Tokens that were verified a moment ago: a signature costs more than all else that is done for a small request. One is
 * remembered by its hash, so nobody finds a token in memory here; never past its own end, never past the withdrawal of
 * its key, and for minutes at most.
 */
import type { Caller } from './caller.ts';

const TOKENS_MAX = 10_000;
/** Of all tokens that are remembered: their claims take about twice as many bytes. */
const CHARS_MAX = 16 * 1024 * 1024;

export type VerifiedToken = {
  readonly caller: Caller;
  /** See `IssuerKey`. */
  readonly keyId: string;
  /** Milliseconds since 1970 from which it counts no more. */
  readonly untilMs: number;
  /** Of the token. */
  readonly chars: number;
};

export class VerifiedTokens {
  readonly #tokens = new Map<string, VerifiedToken>();
  readonly #tokensMax: number;
  readonly #charsMax: number;
  #chars = 0;

  constructor(tokensMax = TOKENS_MAX, charsMax = CHARS_MAX) {
    this.#tokensMax = tokensMax;
    this.#charsMax = charsMax;
  }

  find(hash: string, nowMs: number, isKey: (keyId: string) => boolean): Caller | undefined {
    const token = this.#tokens.get(hash);
    if (token === undefined) return undefined;
    if (nowMs < token.untilMs && isKey(token.keyId)) return token.caller;
    this.#forget(hash);
    return undefined;
  }

  remember(hash: string, token: VerifiedToken): void {
    this.#forget(hash);
    // The oldest go: tokens end in about the order in which they come.
    for (const oldest of this.#tokens.keys()) {
      if (this.#tokens.size < this.#tokensMax && this.#chars + token.chars <= this.#charsMax) break;
      this.#forget(oldest);
    }
    this.#tokens.set(hash, token);
    this.#chars += token.chars;
  }

  #forget(hash: string): void {
    this.#chars -= this.#tokens.get(hash)?.chars ?? 0;
    this.#tokens.delete(hash);
  }

  get size(): number {
    return this.#tokens.size;
  }
}
