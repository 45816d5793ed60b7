/** Whose a token is: one that was verified a moment ago, or else by its signature and its claims. */
import type { Identify, RefusedToken } from './authentication.ts';
import type { Caller } from './caller.ts';
import { type CallerRules, callerOf } from './caller-of.ts';
import { VerifiedTokens } from './verified-tokens.ts';
import { expiresAtMs, type TokenRules, type VerifyDependencies, verifyToken } from './verify-token.ts';

export type IdentifyTokenOptions = {
  readonly rules: TokenRules;
  readonly callers: CallerRules;
  /** The only ones whose tokens are taken; none: any. */
  readonly clients: readonly string[];
  readonly rememberMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

export function identifyToken(
  keys: { readonly find: VerifyDependencies['findKey']; readonly has: (keyId: string) => boolean },
  { rules, callers, clients, rememberMs, now }: IdentifyTokenOptions,
): Identify {
  const verified = new VerifiedTokens();
  const findKey: VerifyDependencies['findKey'] = (...asked) => keys.find(...asked);
  const isKey = (id: string): boolean => keys.has(id);

  const verify = async (token: string, hash: string): Promise<Caller | RefusedToken> => {
    const verification = await verifyToken(token, rules, { findKey, now });
    if (verification.kind === 'refused') return { refused: verification.reason };
    const { claims, keyId } = verification;
    const caller = callerOf(claims, rules.issuer, callers);
    if (caller === undefined || !(clients.length === 0 || clients.includes(caller.client)))
      return { refused: 'invalid' };
    const untilMs = Math.min(expiresAtMs(claims, rules), now() + rememberMs);
    verified.remember(hash, { caller, keyId, untilMs, chars: token.length });
    return caller;
  };
  return (token, hash) => verified.find(hash, now(), isKey) ?? verify(token, hash);
}
