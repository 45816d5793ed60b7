/**
 * TLS to what a service connects to (Kafka, Elasticsearch, query): whom it trusts and who it is. Looked at once, at the
 * start, where a file that was mixed up can be named; without it Node would say so at the first connection, or never.
 */
import { authorityProblems, identityProblems } from './pem.ts';
import type { NamedText } from './settings.ts';

/** In PEM; what is not set is left out. */
export type ClientTls = {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
};

/** The settings that hold them; `''` where one is not set. */
export type ClientTlsSettings = Readonly<Record<'ca' | 'cert' | 'key', NamedText>> & {
  readonly passphrase?: NamedText;
};

/**
 * What is wrong with them.
 *
 * @param whyPlain where connections are not TLS, the reason: then none of them would be used
 */
export function clientTlsProblems(tls: ClientTlsSettings, whyPlain?: string): string[] {
  if (whyPlain !== undefined) {
    const set = Object.values(tls).filter(({ text }) => text !== '');
    return set.map(({ name }) => `${name} is set, but ${whyPlain}.`);
  }
  return [...authorityProblems(tls.ca), ...identityProblems(tls.cert, tls.key, tls.passphrase)];
}

/** For Node's TLS. */
export function clientTlsOptions(tls: ClientTlsSettings): ClientTls {
  const texts = Object.entries(tls).map(([option, { text }]) => [option, text]);
  return Object.fromEntries(texts.filter(([, text]) => text !== ''));
}

/**
 * Whether a connection failed because one side does not accept the other's certificate. The client of Elasticsearch
 * passes on the text of Node and OpenSSL without their code, and only these speak of certificates or authorities.
 */
export function isCertificateFault({ message }: Error): boolean {
  return /certificate|altnames|unknown ca\b/i.test(message);
}
