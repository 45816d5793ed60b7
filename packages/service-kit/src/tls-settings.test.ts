import { type GenerateResult, generate } from 'selfsigned';
import { beforeAll, expect, it } from 'vitest';
import { isCertificateFault, tlsOptions, tlsProblems } from './tls-settings.ts';

const NAMES = { ca: 'CA', cert: 'CERT', key: 'KEY', passphrase: 'PASSPHRASE' };
const NONE = { ca: '', cert: '', key: '', passphrase: '' };
const PASSPHRASE = 'marked passphrase';

let own: GenerateResult;
let other: GenerateResult;
let locked: GenerateResult;

beforeAll(async () => {
  const options = { keyType: 'ec', algorithm: 'sha256' } as const;
  [own, other, locked] = await Promise.all([
    generate(undefined, options),
    generate(undefined, options),
    generate(undefined, { ...options, passphrase: PASSPHRASE }),
  ]);
});

it('has nothing against what fits together', () => {
  const bundle = `# two authorities\n${own.cert}\n${other.cert}`;
  expect(tlsProblems(NONE, NAMES)).toEqual([]);
  expect(tlsProblems({ ...NONE, ca: bundle }, NAMES)).toEqual([]);
  expect(tlsProblems({ ...NONE, cert: own.cert + other.cert, key: own.private }, NAMES)).toEqual([]);
  const withPassphrase = { ...NONE, cert: locked.cert, key: locked.private, passphrase: PASSPHRASE };
  expect(tlsProblems(withPassphrase, NAMES)).toEqual([]);
});

it.each<readonly [what: string, wrong: () => Partial<typeof NONE>, problems: readonly string[]]>([
  ['no PEM', () => ({ ca: 'marked' }), ["CA can't be read: certificates in PEM."]],
  [
    'a bundle with one that is damaged',
    () => ({ ca: own.cert + other.cert.replace(/\n.{20}/, '\n') }),
    ["CA can't be read: certificates in PEM."],
  ],
  ['a key as an authority', () => ({ ca: own.private }), ["CA can't be read: certificates in PEM."]],
  ['no key', () => ({ cert: own.cert }), ['CERT is set without KEY.']],
  ['no certificate', () => ({ key: own.private }), ['KEY is set without CERT.']],
  ['a passphrase of nothing', () => ({ passphrase: PASSPHRASE }), ['PASSPHRASE is set without KEY.']],
  ["another's key", () => ({ cert: own.cert, key: other.private }), ['KEY is not the key of CERT.']],
  [
    'the two mixed up',
    () => ({ cert: own.private, key: own.cert }),
    [
      "CERT can't be read: certificates in PEM.",
      "KEY can't be read: a private key in PEM, without a passphrase or with that of PASSPHRASE.",
    ],
  ],
  [
    'a wrong passphrase',
    () => ({ cert: locked.cert, key: locked.private, passphrase: 'marked' }),
    ["KEY can't be read: a private key in PEM, without a passphrase or with that of PASSPHRASE."],
  ],
  [
    'a missing passphrase',
    () => ({ cert: locked.cert, key: locked.private }),
    ["KEY can't be read: a private key in PEM, without a passphrase or with that of PASSPHRASE."],
  ],
])('names the settings of %s, and nothing of their values', (_what, wrong, problems) =>
  expect(tlsProblems({ ...NONE, ...wrong() }, NAMES)).toEqual(problems),
);

it('gives Node what is set', () => {
  expect(tlsOptions(NONE)).toEqual({});
  expect(tlsOptions({ ...NONE, ca: 'a', key: 'k' })).toEqual({ ca: 'a', key: 'k' });
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
