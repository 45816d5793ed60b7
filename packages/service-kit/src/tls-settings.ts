/**
 * What a client of Kafka or Elasticsearch needs of TLS, all in PEM: whom it trusts and who it is. Looked at once, at the
 * start, where a file that was mixed up can be named; without it Node would say so at the first connection, or never.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { type Setting, setting } from './settings.ts';

/** Characters. The bundle of all public authorities has some 230,000. */
const PEM_LENGTH_MAX = 1024 * 1024;

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Of one backend; `''` where it is not set. */
export type ClientTls = {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly passphrase: string;
};

/** By the same keys, the names of the settings. */
export type ClientTlsNames = Readonly<Record<keyof ClientTls, string>>;

export function pemSetting(name: string, description: string) {
  return setting(name, Type.String({ default: '', maxLength: PEM_LENGTH_MAX, description }));
}

/** What is wrong with them. Names settings, never what they hold. */
export function tlsProblems(tls: ClientTls, names: ClientTlsNames): string[] {
  const problems: string[] = [];
  if (tls.ca !== '' && certificatesOf(tls.ca).length === 0)
    problems.push(`${names.ca} can't be read: certificates in PEM.`);
  const [certificate] = certificatesOf(tls.cert);
  if (tls.cert !== '' && certificate === undefined)
    problems.push(`${names.cert} can't be read: certificates in PEM.`);
  const key = privateKeyOf(tls);
  if (tls.key !== '' && key === undefined) {
    problems.push(
      `${names.key} can't be read: a private key in PEM, without a passphrase or with that of ${names.passphrase}.`,
    );
  }
  if (tls.cert !== '' && tls.key === '') problems.push(`${names.cert} is set without ${names.key}.`);
  if (tls.key !== '' && tls.cert === '') problems.push(`${names.key} is set without ${names.cert}.`);
  if (tls.passphrase !== '' && tls.key === '')
    problems.push(`${names.passphrase} is set without ${names.key}.`);
  if (certificate !== undefined && key !== undefined && !certificate.checkPrivateKey(key))
    problems.push(`${names.key} is not the key of ${names.cert}.`);
  return problems;
}

/** The names of those that are set: for where they would have no effect. */
export function namesOfSet<Key extends string>(
  values: Readonly<Record<Key, string>>,
  table: Readonly<Record<Key, Pick<Setting, 'name'>>>,
  keys: readonly Key[],
): string[] {
  return keys.filter((key) => values[key] !== '').map((key) => table[key].name);
}

/** What is set, for Node's TLS. */
export function tlsOptions({ ca, cert, key, passphrase }: ClientTls): Partial<ClientTls> {
  return {
    ...(ca !== '' && { ca }),
    ...(cert !== '' && { cert }),
    ...(key !== '' && { key }),
    ...(passphrase !== '' && { passphrase }),
  };
}

/**
 * Whether a connection failed because one side does not accept the other's certificate. The client of Elasticsearch
 * passes on the text of Node and OpenSSL without their code, and only these speak of certificates or authorities.
 */
export function isCertificateFault({ message }: Error): boolean {
  return /certificate|altnames|unknown ca\b/i.test(message);
}

/** The first is the client's own; none where one of them can't be read. */
function certificatesOf(pem: string): X509Certificate[] {
  try {
    return (pem.match(CERTIFICATE) ?? []).map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}

function privateKeyOf({ key, passphrase }: ClientTls) {
  try {
    return createPrivateKey({ key, passphrase });
  } catch {
    return undefined;
  }
}
