/**
 * Certificates and keys in PEM, looked at before anything listens: OpenSSL takes a list of authorities in which there is
 * none without a word, and says of the rest what only its makers understand. What is wrong is said by the names of the
 * settings, never by what they hold.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { Type } from '@sinclair/typebox';

/** Characters: more than all the authorities that browsers know. */
const PEM_CHARS_MAX = 512 * 1024;

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** The value of a setting and what it is called. */
export type NamedPem = { readonly name: string; readonly pem: string };

/** The schema of a setting that holds PEM. */
export function pemText(description: string) {
  return Type.String({ default: '', maxLength: PEM_CHARS_MAX, examples: '-----BEGIN …', description });
}

/** What is wrong with a certificate and its key: both or none is set, can be read, and is of the other. */
export function identityProblems(cert: NamedPem, key: NamedPem, passphrase?: NamedPem): string[] {
  if (cert.pem === '' && key.pem === '') {
    const isAlone = passphrase !== undefined && passphrase.pem !== '';
    return isAlone ? [`${passphrase.name} is set without ${key.name}.`] : [];
  }
  if (cert.pem === '' || key.pem === '') {
    return [`${cert.name} and ${key.name} belong together: only one of them is set.`];
  }
  const [own] = certificatesOf(cert.pem) ?? [];
  const privateKey = privateKeyOf(key.pem, passphrase?.pem);
  const problems: string[] = [];
  if (own === undefined) problems.push(`${cert.name} can't be read: certificates in PEM, the own one first.`);
  if (privateKey === undefined) {
    const where = passphrase === undefined ? 'not encrypted' : `encrypted only with ${passphrase.name}`;
    problems.push(`${key.name} can't be read: a private key in PEM, ${where}.`);
  }
  if (own === undefined || privateKey === undefined) return problems;
  if (!own.checkPrivateKey(privateKey)) return [`${key.name} is not the key of ${cert.name}.`];
  try {
    createSecureContext({ cert: cert.pem, key: key.pem, passphrase: passphrase?.pem });
    return [];
  } catch {
    return [`${cert.name} and ${key.name} are not for TLS: their kind or size is not taken.`];
  }
}

/**
 * What is wrong with a list of authorities, which may be empty. A server of Node's trusts roots alone: one that is not a
 * root would let nobody in without those above it.
 */
export function authorityProblems({ name, pem }: NamedPem): string[] {
  if (pem === '') return [];
  const authorities = certificatesOf(pem);
  if (authorities === undefined) return [`${name} can't be read: certificates in PEM, each of an authority.`];
  const isComplete = authorities.every((one) => authorities.some((issuer) => one.checkIssued(issuer)));
  return isComplete ? [] : [`${name} has a certificate whose issuer it lacks: it has to go up to the root.`];
}

/** At least one; undefined where one of them, or all, can't be read. Text around them is for people. */
function certificatesOf(pem: string): readonly X509Certificate[] | undefined {
  const parts = pem.split(END);
  if (parts.length === 1 || parts.at(-1)?.includes(BEGIN)) return undefined;
  try {
    return parts.slice(0, -1).map((part) => new X509Certificate(part.slice(part.indexOf(BEGIN)) + END));
  } catch {
    return undefined;
  }
}

function privateKeyOf(pem: string, passphrase: string | undefined): KeyObject | undefined {
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    return undefined;
  }
}
