/** Whether a service serves HTTPS, with which certificate, and whose certificates it asks of its clients. */
import { authorityProblems, identityProblems, passphraseSetting, pemSetting } from '../pem.ts';
import { namedTexts, type SettingsOf } from '../settings.ts';
import type { ServerIdentity } from './tls.ts';

export const SERVING_TLS_SETTINGS = {
  tlsCert: pemSetting(
    'AUDITBOX_TLS_CERT',
    'Certificate in PEM, and those between it and its root. With it the API is served by HTTPS (TLS 1.2 and 1.3) and by nothing else; the metrics stay plain.',
  ),
  tlsKey: pemSetting('AUDITBOX_TLS_KEY', 'Private key of `AUDITBOX_TLS_CERT` in PEM.'),
  tlsKeyPassphrase: passphraseSetting('AUDITBOX_TLS_KEY_PASSPHRASE', 'AUDITBOX_TLS_KEY'),
  tlsClientCa: pemSetting(
    'AUDITBOX_TLS_CLIENT_CA',
    'Certificates of authorities in PEM: only clients with a certificate of one of them can connect (mutual TLS), probes of `/livez` and `/readyz` too.',
  ),
} as const;

type ServingTlsSettings = SettingsOf<typeof SERVING_TLS_SETTINGS>;

/** What could not be served with is a problem now, not at the first client. */
export function servingTlsProblems(settings: ServingTlsSettings): string[] {
  const { tlsCert, tlsKey, tlsKeyPassphrase, tlsClientCa } = namedTexts(SERVING_TLS_SETTINGS, settings);
  const problems = [
    ...identityProblems(tlsCert, tlsKey, tlsKeyPassphrase),
    ...authorityProblems(tlsClientCa),
  ];
  if (tlsClientCa.text !== '' && tlsCert.text === '') {
    problems.push(
      `${tlsClientCa.name} is set without ${tlsCert.name}: nobody would be asked for a certificate.`,
    );
  }
  return problems;
}

/** What `listen` serves with; undefined for plain HTTP. */
export function serverIdentity(settings: ServingTlsSettings): ServerIdentity | undefined {
  const { tlsCert: cert, tlsKey: key, tlsKeyPassphrase, tlsClientCa } = settings;
  if (cert === '') return undefined;
  return {
    cert,
    key,
    ...(tlsKeyPassphrase !== '' && { passphrase: tlsKeyPassphrase }),
    ...(tlsClientCa !== '' && { clientCa: tlsClientCa }),
  };
}
