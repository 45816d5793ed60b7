/**
 * How TLS is served: as BCP 195 (RFC 9325) has it, which IHE ATNA refers to. Versions 1.2 and 1.3, forward secrecy and
 * authenticated encryption only, no renegotiation, no resumption: a ticket would outlive the keys it is encrypted
 * with, and let a client in again whose certificate has ended since.
 */
import { constants } from 'node:crypto';
import type { ServerOptions } from 'node:https';

/** Milliseconds that a client has for its handshake. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Those of TLS 1.3, and what RFC 9325, section 4.2, recommends for 1.2. */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
].join(':');

/** Seconds: a year, for this host alone. RFC 9325, section 3.2, asks for it. */
const STRICT_TRANSPORT_SECONDS = 31_536_000;

/** Tells a browser to come by HTTPS only, from now on (RFC 6797). */
export const STRICT_TRANSPORT = `max-age=${STRICT_TRANSPORT_SECONDS}`;

/** In PEM. */
export type ServerIdentity = {
  readonly cert: string;
  readonly key: string;
  readonly passphrase?: string;
  /** Authorities whose certificates clients need; whoever may come where there are none. */
  readonly clientCa?: string;
};

export function tlsOptions(
  { cert, key, passphrase, clientCa }: ServerIdentity,
  handshakeTimeoutMs?: number,
): ServerOptions {
  return {
    cert,
    key,
    ...(passphrase !== undefined && { passphrase }),
    ...(clientCa !== undefined && {
      ca: clientCa,
      requestCert: true,
      rejectUnauthorized: true,
    }),
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_TICKET,
    handshakeTimeout: handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS,
  };
}
