/** Whom the gateway trusts to be query, and by what query knows the gateway. */
import { clientTlsProblems, namedTexts, pemSetting, type SettingsOf } from '@auditbox/service-kit';

export const QUERY_TLS_SETTINGS = {
  queryCa: pemSetting(
    'AUDITBOX_QUERY_CA',
    'Certificates of authorities in PEM that the certificate of query has to be of, where it is not one that everybody trusts.',
  ),
  queryClientCert: pemSetting(
    'AUDITBOX_QUERY_CLIENT_CERT',
    'Certificate in PEM with which the gateway connects to query (mutual TLS).',
  ),
  queryClientKey: pemSetting(
    'AUDITBOX_QUERY_CLIENT_KEY',
    'Private key of `AUDITBOX_QUERY_CLIENT_CERT` in PEM, not encrypted.',
  ),
} as const;

type QueryTlsSettings = SettingsOf<typeof QUERY_TLS_SETTINGS> & { readonly queryUrl: string };

export function queryTlsProblems(settings: QueryTlsSettings): string[] {
  const {
    queryCa: ca,
    queryClientCert: cert,
    queryClientKey: key,
  } = namedTexts(QUERY_TLS_SETTINGS, settings);
  const isTls = settings.queryUrl.startsWith('https:');
  return clientTlsProblems({ ca, cert, key }, isTls ? undefined : 'AUDITBOX_QUERY_URL is not an https URL');
}
