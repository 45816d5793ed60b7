/** Whom the gateway trusts to be query, and by what query knows the gateway. */
import {
  authorityProblems,
  type DecodedSettings,
  identityProblems,
  type NamedPem,
  pemText,
  type SettingsTable,
  setting,
} from '@auditbox/service-kit';
import type { TSchema } from '@sinclair/typebox';

export const QUERY_TLS_SETTINGS = {
  queryCa: setting(
    'AUDITBOX_QUERY_CA',
    pemText(
      'Certificates of authorities in PEM that the certificate of query has to be of, where it is not one that everybody trusts.',
    ),
  ),
  queryClientCert: setting(
    'AUDITBOX_QUERY_CLIENT_CERT',
    pemText('Certificate in PEM with which the gateway connects to query (mutual TLS).'),
  ),
  queryClientKey: setting(
    'AUDITBOX_QUERY_CLIENT_KEY',
    pemText('Private key of `AUDITBOX_QUERY_CLIENT_CERT` in PEM, not encrypted.'),
  ),
} as const;

type QueryTlsTable = SettingsTable &
  typeof QUERY_TLS_SETTINGS & { readonly queryUrl: { readonly name: string; readonly schema: TSchema } };

/** The settings of the gateway, checked as far as they are about TLS to query. */
export function withQueryTls<Table extends QueryTlsTable>(
  decoded: DecodedSettings<Table>,
): DecodedSettings<Table> {
  if ('problems' in decoded) return decoded;
  const named = (key: keyof typeof QUERY_TLS_SETTINGS): NamedPem => ({
    name: QUERY_TLS_SETTINGS[key].name,
    pem: String(decoded.settings[key]),
  });
  const [ca, cert, key] = [named('queryCa'), named('queryClientCert'), named('queryClientKey')];
  const problems = [...authorityProblems(ca), ...identityProblems(cert, key)];
  const isPlain = !String(decoded.settings.queryUrl).startsWith('https:');
  const [unused] = [ca, cert].filter(({ pem }) => pem !== '');
  if (isPlain && unused !== undefined) {
    problems.push(`${unused.name} is set while AUDITBOX_QUERY_URL is not https: it would not be used.`);
  }
  return problems.length > 0 ? { problems } : decoded;
}
