/**
 * The keys of the issuer: found through its discovery document (OpenID Connect Discovery, RFC 8414), kept in memory, asked
 * for again when they are old and when a token names one that is not there. An issuer that is away, hangs or
 * answers nonsense takes nothing from the keys that are known; only after `staleMaxMs` they count no more, as nobody
 * could have told us that one was withdrawn.
 *
 * No token can make more requests than one every `coolDownMs`, nor name a place to ask.
 */
import { type CryptoKey, importJWK, type JWK } from 'jose';
import type { Logger } from '../logger.ts';
import { fetchJson, IssuerError, isObject } from './fetch-json.ts';

/** Those who may wait for the issuer at once; each holds a request. */
const WAITING_MAX = 100;
/** A large issuer rotates among ten or so. */
const KEYS_MAX = 100;

/** Asymmetric ones alone: with a shared secret whoever verifies can also sign (RFC 8725, section 2.1). */
const KEY_TYPES: readonly unknown[] = ['RSA', 'EC', 'OKP'];
const KEY_TYPE_BY_ALG: Readonly<Record<string, string>> = { RS: 'RSA', PS: 'RSA', ES: 'EC', Ed: 'OKP' };

export type IssuerKeysOptions = {
  readonly issuer: string;
  /** Empty: from the discovery document. */
  readonly jwksUri: string;
  readonly timeoutMs: number;
  /** Milliseconds between requests that unknown keys, or failures, make. */
  readonly coolDownMs: number;
  /** Milliseconds after which the keys are asked for anew, beside the requests that use them. */
  readonly maxAgeMs: number;
  /** Milliseconds after which keys that can't be had anew count no more. */
  readonly staleMaxMs: number;
  readonly logger: Logger;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
};

/** `id` is the key itself, not its name: another key under the same name is another. */
export type IssuerKey = { readonly id: string; readonly key: CryptoKey };

export type KeyLookUp =
  | { readonly kind: 'found'; readonly key: IssuerKey }
  | { readonly kind: 'unknown' }
  /** It was not there when we last asked, and its token is younger than that. */
  | { readonly kind: 'not-known-yet' }
  /** Nobody can say now whether there is such a key. */
  | { readonly kind: 'unavailable' };

export class IssuerKeys {
  readonly #options: IssuerKeysOptions;
  #keys: readonly { readonly id: string; readonly jwk: JWK }[] = [];
  readonly #imported = new Map<string, CryptoKey>();
  #loadedAt: number | undefined;
  /** Of the question, by the wall clock. */
  #askedAtMs = 0;
  #triedAt: number | undefined;
  #failed = false;
  #loading: Promise<void> | undefined;
  #waiting = 0;

  constructor(options: IssuerKeysOptions) {
    this.#options = options;
  }

  /** Asks for the keys; resolves also where they could not be had. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** Whether there are keys that count. */
  get available(): boolean {
    const { now, staleMaxMs } = this.#options;
    return this.#loadedAt !== undefined && now() - this.#loadedAt <= staleMaxMs;
  }

  /** Whether the issuer still has the key, as far as is known; asks anew where that is long ago. */
  has(id: string): boolean {
    this.refresh();
    return this.available && this.#keys.some((key) => key.id === id);
  }

  /**
   * The one key of this name that fits the algorithm. `issuedAtMs` is when its token says that it was issued, in ms since
   * 1970: a key that signs since we last asked is not unknown, only not known yet.
   */
  async find(kid: string, alg: string, issuedAtMs = 0): Promise<KeyLookUp> {
    this.refresh();
    const known = this.#pick(kid, alg);
    if (known !== undefined && this.available) return await this.#found(known, alg);
    if (this.#loading === undefined && this.#isCoolingDown()) return this.#unknownSince(issuedAtMs);
    if (this.#waiting >= WAITING_MAX) return { kind: 'unavailable' };
    this.#waiting += 1;
    await this.load();
    this.#waiting -= 1;
    const loaded = this.#pick(kid, alg);
    if (loaded !== undefined && this.available) return await this.#found(loaded, alg);
    // We have asked just now.
    return this.#unknownSince(0);
  }

  #unknownSince(issuedAtMs: number): KeyLookUp {
    if (this.#failed || !this.available) return { kind: 'unavailable' };
    return issuedAtMs < this.#askedAtMs ? { kind: 'unknown' } : { kind: 'not-known-yet' };
  }

  #pick(kid: string, alg: string): { readonly id: string; readonly jwk: JWK } | undefined {
    const fitting = this.#keys.filter(({ jwk }) => jwk.kid === kid && fits(jwk, alg));
    // Two keys of one name: whichever is taken may be the wrong one.
    return fitting.length === 1 ? fitting[0] : undefined;
  }

  async #found({ id, jwk }: { readonly id: string; readonly jwk: JWK }, alg: string): Promise<KeyLookUp> {
    const name = `${alg} ${id}`;
    const key = this.#imported.get(name) ?? (await importPublic(jwk, alg));
    if (key === undefined) return { kind: 'unknown' };
    this.#imported.set(name, key);
    return { kind: 'found', key: { id, key } };
  }

  /** Asks for them as often as they get old, whoever uses them or not: one that is withdrawn is good for no longer. */
  keepFresh(): Disposable {
    const timer = setInterval(() => void this.load(), this.#options.maxAgeMs).unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  /** Asks for the keys, beside whatever goes on, where there are none or they are old. */
  refresh(): void {
    const { now, maxAgeMs } = this.#options;
    if (this.#loadedAt !== undefined && now() - this.#loadedAt < maxAgeMs) return;
    if (this.#loading === undefined && !this.#isCoolingDown()) void this.load();
  }

  #isCoolingDown(): boolean {
    const { now, coolDownMs } = this.#options;
    return this.#triedAt !== undefined && now() - this.#triedAt < coolDownMs;
  }

  async #load(): Promise<void> {
    const { logger, now, wallNow, timeoutMs } = this.#options;
    const askedAtMs = wallNow();
    try {
      const keys = await this.#fetch(AbortSignal.timeout(timeoutMs));
      if (this.#failed || this.#loadedAt === undefined)
        logger.info({ keys: keys.length }, 'keys of the issuer were loaded');
      this.#keys = keys;
      this.#imported.clear();
      this.#loadedAt = now();
      this.#askedAtMs = askedAtMs;
      this.#failed = false;
    } catch (error) {
      this.#failed = true;
      logger.warn({ err: error, haveKeys: this.available }, 'keys of the issuer can not be had');
    }
    this.#triedAt = now();
  }

  async #fetch(signal: AbortSignal) {
    const set = await fetchJson(await this.#jwksUri(signal), signal);
    const listed: unknown = set?.keys;
    // A set that is empty says that all were withdrawn; anything else that is no set of keys says nothing.
    if (!Array.isArray(listed) || !listed.every(isObject)) throw new IssuerError('issuer-without-keys');
    const keys = listed.slice(0, KEYS_MAX).filter(isVerificationKey);
    return keys.map((jwk) => ({ id: idOf(jwk), jwk }));
  }

  async #jwksUri(signal: AbortSignal): Promise<string> {
    const { issuer, jwksUri } = this.#options;
    if (jwksUri !== '') return jwksUri;
    const document = await discover(issuer, signal);
    // OpenID Connect Discovery 4.3: another issuer's document would bring another's keys.
    if (document?.issuer !== issuer) throw new IssuerError('issuer-is-another');
    const uri = document.jwks_uri;
    if (typeof uri !== 'string' || !URL.canParse(uri)) throw new IssuerError('issuer-without-keys');
    const { protocol } = new URL(uri);
    if (protocol !== 'https:' && protocol !== new URL(issuer).protocol)
      throw new IssuerError('issuer-keys-not-secure');
    return uri;
  }
}

/** By OpenID Connect's well-known path, then by RFC 8414's, which puts the issuer's path behind it. */
async function discover(issuer: string, signal: AbortSignal): Promise<Record<string, unknown> | undefined> {
  const base = issuer.endsWith('/') ? issuer.slice(0, -1) : issuer;
  const { origin, pathname } = new URL(base);
  const path = pathname === '/' ? '' : pathname;
  return (
    (await fetchJson(`${base}/.well-known/openid-configuration`, signal)) ??
    (await fetchJson(`${origin}/.well-known/oauth-authorization-server${path}`, signal))
  );
}

/** RFC 7517: public, named, and for signatures where it says what it is for. */
function isVerificationKey(value: object): value is JWK {
  const { kty, kid, use, key_ops, d, k } = value as JWK;
  return (
    KEY_TYPES.includes(kty) &&
    typeof kid === 'string' &&
    (use === undefined || use === 'sig') &&
    (key_ops === undefined || (Array.isArray(key_ops) && key_ops.includes('verify'))) &&
    d === undefined &&
    k === undefined
  );
}

function fits({ kty, alg: only }: JWK, alg: string): boolean {
  return KEY_TYPE_BY_ALG[alg.slice(0, 2)] === kty && (only === undefined || only === alg);
}

function idOf({ kid, kty, crv, n, e, x, y }: JWK): string {
  return JSON.stringify([kid, kty, crv, n, e, x, y]);
}

/** Undefined where the key is none of this algorithm: another curve, or no key at all. */
async function importPublic(jwk: JWK, alg: string): Promise<CryptoKey | undefined> {
  try {
    return (await importJWK({ ...jwk, alg })) as CryptoKey;
  } catch {
    return undefined;
  }
}
