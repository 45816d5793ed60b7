/**
 * Settings that hold certificates and keys in PEM, looked at before anything listens or connects: OpenSSL takes a list of
 * authorities in which there is none without a word, and says of the rest what only its makers understand. What is wrong
 * is said by the names of the settings, never by what they hold.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { Type } from '@sinclair/typebox';
import { type NamedText, setting } from './settings.ts';

/** Characters: twice what all the authorities take that browsers know. */
const PEM_CHARS_MAX = 512 * 1024;

/** Characters: what OpenSSL takes of one. */
const PASSPHRASE_CHARS_MAX = 1024;

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

export function pemSetting(name: string, description: string) {
  const schema = { default: '', maxLength: PEM_CHARS_MAX, examples: '-----BEGIN …', description };
  return setting(name, Type.String(schema));
}

/** @param key the name of the setting that holds the encrypted key */
export function passphraseSetting(name: string, key: string) {
  const description = `What \`${key}\` is encrypted with.`;
  return setting(name, Type.String({ default: '', maxLength: PASSPHRASE_CHARS_MAX, description }));
}

/** What is wrong with a certificate and its key: both or none is set, can be read, and is of the other. */
export function identityProblems(cert: NamedText, key: NamedText, passphrase?: NamedText): string[] {
  if (cert.text === '' && key.text === '') {
    const isAlone = passphrase !== undefined && passphrase.text !== '';
    return isAlone ? [`${passphrase.name} is set without ${key.name}.`] : [];
  }
  if (cert.text === '' || key.text === '') {
    return [`${cert.name} and ${key.name} belong together: only one of them is set.`];
  }
  const [own] = certificatesOf(cert.text) ?? [];
  const privateKey = privateKeyOf(key.text, passphrase?.text);
  const problems: string[] = [];
  if (own === undefined) problems.push(`${cert.name} can't be read: certificates in PEM, the own one first.`);
  if (privateKey === undefined) {
    const where = passphrase === undefined ? 'not encrypted' : `encrypted only with ${passphrase.name}`;
    problems.push(`${key.name} can't be read: a private key in PEM, ${where}.`);
  }
  if (own === undefined || privateKey === undefined) return problems;
  if (!own.checkPrivateKey(privateKey)) return [`${key.name} is not the key of ${cert.name}.`];
  try {
    createSecureContext({ cert: cert.text, key: key.text, passphrase: passphrase?.text });
    return [];
  } catch {
    return [`${cert.name} and ${key.name} are not for TLS: their kind or size is not taken.`];
  }
}

/**
 * What is wrong with a list of authorities, which may be empty. Node trusts what ends at a root alone: a list without it
 * would let nobody in, and trust nobody.
 */
export function authorityProblems({ name, text }: NamedText): string[] {
  if (text === '') return [];
  const authorities = certificatesOf(text);
  if (authorities === undefined) return [`${name} can't be read: certificates in PEM, each of an authority.`];
  const isComplete = authorities.every((one) => authorities.some((issuer) => isIssued(one, issuer)));
  return isComplete ? [] : [`${name} has a certificate whose issuer it lacks: it has to go up to the root.`];
}

/** Not by `checkIssued`: a server's self-signed certificate may not sign others, and is trusted as its own root. */
function isIssued(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.issuer === issuer.subject && certificate.verify(issuer.publicKey);
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
