import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkSettings, decodeSettings } from '../settings.ts';
import { testAuthority } from '../test-certificates.case.ts';
import { SERVING_TLS_SETTINGS, serverIdentity, servingTlsProblems } from './serving-tls-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'auditbox-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

const authority = await testAuthority();
const own = await authority.server();
const encrypted = createPrivateKey(own.key)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'geheim' })
  .toString();

const decoded = (environment: Record<string, string>) =>
  checkSettings(decodeSettings(SERVING_TLS_SETTINGS, environment), servingTlsProblems);
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

  it.each<[string, Record<string, string>, string[]]>([
    [
      'a certificate without its key',
      { AUDITBOX_TLS_CERT: own.cert },
      ['AUDITBOX_TLS_CERT and AUDITBOX_TLS_KEY belong together: only one of them is set.'],
    ],
    [
      'an encrypted key alone',
      { ...PAIR, AUDITBOX_TLS_KEY: encrypted },
      [
        "AUDITBOX_TLS_KEY can't be read: a private key in PEM, encrypted only with AUDITBOX_TLS_KEY_PASSPHRASE.",
      ],
    ],
    [
      'authorities of clients without a certificate',
      { AUDITBOX_TLS_CLIENT_CA: authority.ca },
      ['AUDITBOX_TLS_CLIENT_CA is set without AUDITBOX_TLS_CERT: nobody would be asked for a certificate.'],
    ],
    [
      'several things at once',
      { AUDITBOX_TLS_KEY_PASSPHRASE: 'geheim', AUDITBOX_TLS_CLIENT_CA: 'Erika' },
      [
        'AUDITBOX_TLS_KEY_PASSPHRASE is set without AUDITBOX_TLS_KEY.',
        "AUDITBOX_TLS_CLIENT_CA can't be read: certificates in PEM, each of an authority.",
        'AUDITBOX_TLS_CLIENT_CA is set without AUDITBOX_TLS_CERT: nobody would be asked for a certificate.',
      ],
    ],
  ])('refuses %s, by the names of the settings', (_what, environment, problems) => {
    expect(decoded(environment)).toEqual({ problems });
  });
});
