/** Whether a service serves HTTPS, with which certificate, and whose certificates it asks of its clients. */
import { Type } from '@sinclair/typebox';
import { type DecodedSettings, type SettingsOf, type SettingsTable, setting } from '../settings.ts';
import { authorityProblems, identityProblems, type NamedPem, pemText } from './pem.ts';
import type { ServerIdentity } from './tls.ts';

const PASSPHRASE_CHARS_MAX = 1000;

export const TLS_SETTINGS = {
  tlsCert: setting(
    'AUDITBOX_TLS_CERT',
    pemText(
      'Certificate in PEM, and those between it and its root. With it the API is served by HTTPS (TLS 1.2 and 1.3) and by nothing else; the metrics stay plain.',
    ),
  ),
  tlsKey: setting('AUDITBOX_TLS_KEY', pemText('Private key of `AUDITBOX_TLS_CERT` in PEM.')),
  tlsKeyPassphrase: setting(
    'AUDITBOX_TLS_KEY_PASSPHRASE',
    Type.String({
      default: '',
      maxLength: PASSPHRASE_CHARS_MAX,
      description: 'What the private key is encrypted with.',
    }),
  ),
  tlsClientCa: setting(
    'AUDITBOX_TLS_CLIENT_CA',
    pemText(
      'Certificates of authorities in PEM: only clients with a certificate of one of them can connect (mutual TLS), probes of `/livez` and `/readyz` too.',
    ),
  ),
} as const;

type TlsTable = SettingsTable & typeof TLS_SETTINGS;

/** The settings of a service that may serve HTTPS. What could not be served with is a problem now, not at the first client. */
export function withTls<Table extends TlsTable>(decoded: DecodedSettings<Table>): DecodedSettings<Table> {
  if ('problems' in decoded) return decoded;
  const named = (key: keyof typeof TLS_SETTINGS): NamedPem => ({
    name: TLS_SETTINGS[key].name,
    pem: String(decoded.settings[key]),
  });
  const [cert, clientCa] = [named('tlsCert'), named('tlsClientCa')];
  const problems = [
    ...identityProblems(cert, named('tlsKey'), named('tlsKeyPassphrase')),
    ...authorityProblems(clientCa),
  ];
  if (clientCa.pem !== '' && cert.pem === '') {
    problems.push(`${clientCa.name} is set without ${cert.name}: nobody would be asked for a certificate.`);
  }
  return problems.length > 0 ? { problems } : decoded;
}

/** What `listen` serves with; undefined for plain HTTP. */
export function serverIdentity(settings: SettingsOf<typeof TLS_SETTINGS>): ServerIdentity | undefined {
  const { tlsCert: cert, tlsKey: key, tlsKeyPassphrase, tlsClientCa } = settings;
  if (cert === '') return undefined;
  return {
    cert,
    key,
    ...(tlsKeyPassphrase !== '' && { passphrase: tlsKeyPassphrase }),
    ...(tlsClientCa !== '' && { clientCa: tlsClientCa }),
  };
}
