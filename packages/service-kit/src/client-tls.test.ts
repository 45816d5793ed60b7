import { describe, expect, it } from 'vitest';
import { clientTlsOptions, clientTlsProblems, isCertificateFault } from './client-tls.ts';
import { testAuthority } from './test-certificates.case.ts';

const authority = await testAuthority();
const own = await authority.client();

const NONE = { ca: '', cert: '', key: '', passphrase: '' };

const settings = (given: Partial<typeof NONE>) => {
  const { ca, cert, key, passphrase } = { ...NONE, ...given };
  return {
    ca: { name: 'CA', text: ca },
    cert: { name: 'CERT', text: cert },
    key: { name: 'KEY', text: key },
    passphrase: { name: 'PASSPHRASE', text: passphrase },
  };
};

describe('clientTlsProblems', () => {
  it('has nothing against what fits together', () => {
    expect(clientTlsProblems(settings({}))).toEqual([]);
    expect(clientTlsProblems(settings({ ca: authority.ca, ...own }))).toEqual([]);
  });

  it('says all that is wrong, of authorities and of the identity', () =>
    expect(clientTlsProblems(settings({ ca: 'marked', cert: own.cert }))).toEqual([
      "CA can't be read: certificates in PEM, each of an authority.",
      'CERT and KEY belong together: only one of them is set.',
    ]));

  it('names all that is set where nothing is TLS, and does not look at it', () => {
    const plain = 'URI is not an https URL';
    expect(clientTlsProblems(settings({}), plain)).toEqual([]);
    expect(clientTlsProblems(settings({ ca: 'marked', passphrase: 'marked' }), plain)).toEqual([
      'CA is set, but URI is not an https URL.',
      'PASSPHRASE is set, but URI is not an https URL.',
    ]);
  });
});

it('gives Node what is set', () => {
  expect(clientTlsOptions(settings({}))).toEqual({});
  expect(clientTlsOptions(settings({ ca: 'a', key: 'k' }))).toEqual({ ca: 'a', key: 'k' });
});

it.each([
  ['self-signed certificate in certificate chain', true],
  ["Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: ", true],
  ['error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca', true],
  ['connect ECONNREFUSED 127.0.0.1:9200', false],
  ['other side closed', false],
])('takes "%s" for a fault of certificates: %s', (message, expected) =>
  expect(isCertificateFault(new Error(message))).toBe(expected),
);
