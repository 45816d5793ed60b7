import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeSettings } from '../settings.ts';
import { testAuthority } from './test-certificates.case.ts';
import { serverIdentity, TLS_SETTINGS, withTls } from './tls-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'auditbox-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

const authority = await testAuthority();
const [own, other] = await Promise.all([authority.server(), authority.server()]);
const encrypted = createPrivateKey(own.key)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'geheim' })
  .toString();

const decoded = (environment: Record<string, string>) => withTls(decodeSettings(TLS_SETTINGS, environment));
const identityOf = (environment: Record<string, string>) => {
  const result = decoded(environment);
  if ('problems' in result) throw new Error(result.problems.join(' '));
  return serverIdentity(result.settings);
};

const PAIR = { AUDITBOX_TLS_CERT: own.cert, AUDITBOX_TLS_KEY: own.key };

describe('TLS by configuration', () => {
  it('is off where nothing is set', () => expect(identityOf({})).toBeUndefined());

  it('takes a certificate and its key, and authorities of clients', () => {
    expect(identityOf(PAIR)).toEqual({ cert: own.cert, key: own.key });
    const chain = `subject=CN=localhost\n${own.cert}\n\n${authority.ca}\n`;
    expect(
      identityOf({ ...PAIR, AUDITBOX_TLS_CERT: chain, AUDITBOX_TLS_CLIENT_CA: authority.ca }),
    ).toMatchObject({ cert: chain, clientCa: authority.ca });
  });

  it('takes them from mounted files', () => {
    for (const [name, text] of Object.entries(own)) writeFileSync(join(folder, name), `${text}\n`);
    const files = {
      AUDITBOX_TLS_CERT_FILE: join(folder, 'cert'),
      AUDITBOX_TLS_KEY_FILE: join(folder, 'key'),
    };
    expect(identityOf(files)?.cert.trim()).toBe(own.cert.trim());
  });

  it('takes an encrypted key with its passphrase', () =>
    expect(
      identityOf({ ...PAIR, AUDITBOX_TLS_KEY: encrypted, AUDITBOX_TLS_KEY_PASSPHRASE: 'geheim' }),
    ).toMatchObject({ passphrase: 'geheim' }));

  const together = 'AUDITBOX_TLS_CERT and AUDITBOX_TLS_KEY belong together: only one of them is set.';
  const noCert = "AUDITBOX_TLS_CERT can't be read: certificates in PEM, the own one first.";
  const noKey =
    "AUDITBOX_TLS_KEY can't be read: a private key in PEM, encrypted only with AUDITBOX_TLS_KEY_PASSPHRASE.";
  const noCa = "AUDITBOX_TLS_CLIENT_CA can't be read: certificates in PEM, each of an authority.";
  const weak = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  it.each<[string, Record<string, string>, string[]]>([
    ['a certificate without its key', { AUDITBOX_TLS_CERT: own.cert }, [together]],
    ['a key without its certificate', { AUDITBOX_TLS_KEY: own.key }, [together]],
    [
      'a passphrase without a key',
      { AUDITBOX_TLS_KEY_PASSPHRASE: 'geheim' },
      ['AUDITBOX_TLS_KEY_PASSPHRASE is set without AUDITBOX_TLS_KEY.'],
    ],
    [
      'authorities of clients without a certificate',
      { AUDITBOX_TLS_CLIENT_CA: authority.ca },
      ['AUDITBOX_TLS_CLIENT_CA is set without AUDITBOX_TLS_CERT: nobody would be asked for a certificate.'],
    ],
    ['what is no PEM', { AUDITBOX_TLS_CERT: 'Erika', AUDITBOX_TLS_KEY: 'Erika' }, [noCert, noKey]],
    ['a certificate that is cut', { ...PAIR, AUDITBOX_TLS_CERT: own.cert.slice(0, -40) }, [noCert]],
    [
      'a chain whose second is cut',
      { ...PAIR, AUDITBOX_TLS_CERT: `${own.cert}\n${authority.ca.slice(0, -40)}` },
      [noCert],
    ],
    ['a certificate in the place of the key', { ...PAIR, AUDITBOX_TLS_KEY: own.cert }, [noKey]],
    ['an encrypted key alone', { ...PAIR, AUDITBOX_TLS_KEY: encrypted }, [noKey]],
    [
      'another passphrase',
      { ...PAIR, AUDITBOX_TLS_KEY: encrypted, AUDITBOX_TLS_KEY_PASSPHRASE: 'Erika' },
      [noKey],
    ],
    [
      'a key of another certificate',
      { ...PAIR, AUDITBOX_TLS_KEY: other.key },
      ['AUDITBOX_TLS_KEY is not the key of AUDITBOX_TLS_CERT.'],
    ],
    [
      'a key of another kind',
      { ...PAIR, AUDITBOX_TLS_KEY: weak },
      ['AUDITBOX_TLS_KEY is not the key of AUDITBOX_TLS_CERT.'],
    ],
    // Node takes such a list without a word, and then trusts nobody.
    ['authorities that are none', { ...PAIR, AUDITBOX_TLS_CLIENT_CA: 'Erika' }, [noCa]],
    ['a key in the place of authorities', { ...PAIR, AUDITBOX_TLS_CLIENT_CA: own.key }, [noCa]],
    [
      'authorities without their root',
      { ...PAIR, AUDITBOX_TLS_CLIENT_CA: other.cert },
      ['AUDITBOX_TLS_CLIENT_CA has a certificate whose issuer it lacks: it has to go up to the root.'],
    ],
  ])('refuses %s, by the names of the settings', (_what, environment, problems) => {
    expect(decoded(environment)).toEqual({ problems });
  });

  it('has bounds', () => {
    const text = (length: number) => `${'x'.repeat(length)}`;
    expect(decoded({ AUDITBOX_TLS_CERT: text(512 * 1024) })).toEqual({ problems: [together] });
    expect(decoded({ AUDITBOX_TLS_CERT: text(512 * 1024 + 1) })).toEqual({
      problems: ["AUDITBOX_TLS_CERT can't be read: for example -----BEGIN …."],
    });
  });
});
