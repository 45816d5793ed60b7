/**
 * Certificates for tests, made as they run: an authority of one's own, and what it signs for servers on loopback and
 * for clients. No key is ever in the repository.
 */
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** In PEM. */
export type TestCertificate = { readonly cert: string; readonly key: string };

export type TestAuthority = {
  /** Its own certificate, in PEM. */
  readonly ca: string;
  /** For `localhost` and 127.0.0.1. */
  readonly server: () => Promise<TestCertificate>;
  readonly client: () => Promise<TestCertificate>;
  /** Of a client, ended yesterday. */
  readonly ended: () => Promise<TestCertificate>;
};

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

export async function testAuthority(name = 'Test authority'): Promise<TestAuthority> {
  const issuer = `CN=${name}`;
  const keys = await newKeys();
  const validity = {
    notBefore: new Date(Date.now() - 2 * DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    signingAlgorithm: ALGORITHM,
  };
  const own = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: issuer,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const signed = async (
    subject: string,
    usage: ExtendedKeyUsage,
    notAfter = validity.notAfter,
  ): Promise<TestCertificate> => {
    const { publicKey, privateKey } = await newKeys();
    const cert = await X509CertificateGenerator.create({
      ...validity,
      notAfter,
      subject: `CN=${subject}`,
      issuer,
      publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new BasicConstraintsExtension(false),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([usage]),
        new SubjectAlternativeNameExtension([
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
        ]),
      ],
    });
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
    const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/.{64}/g, '$&\n').trim()}\n-----END PRIVATE KEY-----\n`;
    return { cert: cert.toString('pem'), key };
  };
  return {
    ca: own.toString('pem'),
    server: () => signed('localhost', ExtendedKeyUsage.serverAuth),
    client: () => signed('client', ExtendedKeyUsage.clientAuth),
    ended: () => signed('client', ExtendedKeyUsage.clientAuth, new Date(Date.now() - DAY_MS)),
  };
}

function newKeys() {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}
