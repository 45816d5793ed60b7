import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { authorityProblems, identityProblems, passphraseSetting, pemSetting } from './pem.ts';
import { decodeSettings } from './settings.ts';
import { selfSigned, testAuthority } from './test-certificates.case.ts';

const [authority, namesake, foreign] = await Promise.all([
  testAuthority(),
  testAuthority(),
  testAuthority('Foreign authority'),
]);
const [own, other, itself] = await Promise.all([authority.server(), authority.client(), selfSigned()]);

const PASSPHRASE = 'marked passphrase';
const locked = createPrivateKey(own.key)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
  .toString();
const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** With a line of it missing. */
const damaged = (pem: string) => pem.replace(/\n.{20}/, '\n');
const cut = (pem: string) => pem.slice(0, -40);

type Given = readonly [cert: string, key: string, passphrase?: string];

const identity = (...[cert, key, passphrase]: Given) =>
  identityProblems(
    { name: 'CERT', text: cert },
    { name: 'KEY', text: key },
    passphrase === undefined ? undefined : { name: 'PASSPHRASE', text: passphrase },
  );
const authorities = (text: string) => authorityProblems({ name: 'CA', text });

describe('identityProblems', () => {
  it.each<readonly [what: string, given: Given]>([
    ['neither', ['', '']],
    ['neither, nor a passphrase', ['', '', '']],
    ['a certificate and its key', [own.cert, own.key]],
    ['a passphrase that may be one, and is none', [own.cert, own.key, '']],
    ['a chain with a text around it', [`subject=CN=x\n${own.cert}\n\n${authority.ca}\n`, own.key]],
    ['an encrypted key with its passphrase', [own.cert, locked, PASSPHRASE]],
  ])('has nothing against %s', (_what, given) => expect(identity(...given)).toEqual([]));

  const together = 'CERT and KEY belong together: only one of them is set.';
  const noCert = "CERT can't be read: certificates in PEM, the own one first.";
  const noKey = "KEY can't be read: a private key in PEM, encrypted only with PASSPHRASE.";
  const notItsKey = 'KEY is not the key of CERT.';

  it.each<readonly [what: string, given: Given, problems: readonly string[]]>([
    ['a certificate without its key', [own.cert, ''], [together]],
    ['a key without its certificate', ['', own.key], [together]],
    ['a passphrase of nothing', ['', '', PASSPHRASE], ['PASSPHRASE is set without KEY.']],
    ['what is no PEM', ['marked', 'marked', ''], [noCert, noKey]],
    ['the two mixed up', [own.key, own.cert, ''], [noCert, noKey]],
    ['a certificate that is cut', [cut(own.cert), own.key], [noCert]],
    ['a certificate that is damaged', [damaged(own.cert), own.key], [noCert]],
    ['a chain whose second is cut', [`${own.cert}\n${cut(authority.ca)}`, own.key], [noCert]],
    ['an encrypted key alone', [own.cert, locked, ''], [noKey]],
    ['another passphrase', [own.cert, locked, 'marked'], [noKey]],
    [
      'an encrypted key where none is taken',
      [own.cert, locked],
      ["KEY can't be read: a private key in PEM, not encrypted."],
    ],
    ['a key of another certificate', [own.cert, other.key], [notItsKey]],
    ['a key of another kind', [own.cert, ed25519], [notItsKey]],
  ])('refuses %s, by the names of the settings', (_what, given, problems) =>
    expect(identity(...given)).toEqual(problems),
  );
});

describe('authorityProblems', () => {
  it.each<readonly [what: string, text: string]>([
    ['none', ''],
    ['several, with a text around them', `# two of them\n${authority.ca}\n\n${foreign.ca}`],
    ['one and what it signed', own.cert + authority.ca],
    // As servers with a certificate of their own making have it, where the clients are given the same one.
    ['a certificate that is its own issuer and may sign no others', itself.cert],
  ])('has nothing against %s', (_what, text) => expect(authorities(text)).toEqual([]));

  const unreadable = "CA can't be read: certificates in PEM, each of an authority.";
  const incomplete = 'CA has a certificate whose issuer it lacks: it has to go up to the root.';

  // Node takes such lists without a word, and then trusts nobody.
  it.each<readonly [what: string, text: string, problem: string]>([
    ['what is no PEM', 'marked', unreadable],
    ['a key', own.key, unreadable],
    ['a bundle with one that is damaged', authority.ca + damaged(foreign.ca), unreadable],
    ['one without its root', own.cert, incomplete],
    ['one under the name of its root, that did not sign it', own.cert + namesake.ca, incomplete],
  ])('refuses %s, by the name of the setting', (_what, text, problem) =>
    expect(authorities(text)).toEqual([problem]),
  );
});

it('has bounds', () => {
  const table = { pem: pemSetting('PEM', ''), passphrase: passphraseSetting('PASSPHRASE', 'KEY') };
  const decoded = (pemChars: number, passphraseChars: number) =>
    decodeSettings(table, { PEM: 'x'.repeat(pemChars), PASSPHRASE: 'x'.repeat(passphraseChars) });
  expect(decoded(512 * 1024, 1024)).toHaveProperty('settings');
  expect(decoded(512 * 1024 + 1, 1025)).toEqual({
    problems: ["PEM can't be read: for example -----BEGIN ….", "PASSPHRASE can't be read: text."],
  });
});
