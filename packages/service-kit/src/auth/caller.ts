/** Who asks, and what it may do: what is left of a token or a key once it is verified. */

/** Named by what they allow, not by who has them; scopes and roles are mapped to them. */
export type Permission =
  /** Send events. */
  | 'create'
  /** Read an event by its id. */
  | 'read'
  /** Search for events. */
  | 'search'
  /** Look at what is in quarantine, whoever sent it. */
  | 'quarantine-read'
  /** Release it. */
  | 'quarantine-release'
  /** See all events, where readers are restricted by claims. */
  | 'unrestricted';

export type Caller = {
  /** Who vouches for it: `iss` of its token, or `API_KEY_ISSUER`. */
  readonly issuer: string;
  /** The OAuth2 client, or the client that a key belongs to. */
  readonly client: string;
  /** `sub` of its token: the user, or the client's own account. */
  readonly subject?: string;
  /** What a person would call the subject, `preferred_username` of its token. */
  readonly username?: string;
  /** `jti` of its token. */
  readonly tokenId?: string;
  readonly permissions: ReadonlySet<Permission>;
  /** All that its token, or the entry of its key, says. */
  readonly claims: Readonly<Record<string, unknown>>;
};

/**
 * What a client may be called (RFC 6749, appendix A.1), at most 200 characters: it is in each record that it sends. No
 * `|`, which stands between issuer and client.
 */
export const CLIENT_PATTERN = '^[\\x20-\\x7b\\x7d\\x7e]{1,200}$';

/** In the place of an issuer, for what a service of ours writes itself, as `urn:auditbox|query`. */
export const OWN_ISSUER = 'urn:auditbox';

/** In the place of an issuer, for keys of `AUDITBOX_API_KEYS_FILE`. No issuer is called so: theirs are URLs. */
export const API_KEY_ISSUER = 'urn:auditbox:api-key';

/** Who has done something: the client and, where that is known, the person. */
export function operatorOf(caller: Caller): string {
  const person = caller.username ?? caller.subject;
  return person === undefined ? senderOf(caller) : `${senderOf(caller)} ${person}`;
}

/** `issuer|client`: who sends, as records, ids and quarantine have it. */
export function senderOf({ issuer, client }: Pick<Caller, 'issuer' | 'client'>): string {
  return `${issuer}|${client}`;
}
