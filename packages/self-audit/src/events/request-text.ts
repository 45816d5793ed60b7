/**
 * The request as BALP wants it kept: raw, "preserving exactly what was requested, including possibly malicious
 * patterns", never cut, so that nothing can hide behind padding. But for headers, which hold the token, and a token
 * that stands in the URL or the form against all advice (RFC 6750, section 5.3): whoever reads the log could use it.
 */
import type { LogUse } from './log-used.ts';

const PARAMETER = /(^|[?&])([^=&?#]*)=([^&#]*)/g;
const TOKEN = 'access_token';

/** In characters, when each of its own is escaped. */
const TOKEN_NAME_MAX = 3 * TOKEN.length;

export function requestText({ method, path, form }: Pick<LogUse, 'method' | 'path' | 'form'>): string {
  const line = `${method} ${withoutToken(path)}`;
  if (form === undefined) return line;
  return `${line}\nContent-Type: application/x-www-form-urlencoded\n\n${withoutToken(form)}`;
}

function withoutToken(text: string): string {
  return text.replace(PARAMETER, (parameter, before: string, name: string) =>
    isTokenName(name) ? `${before}${name}=` : parameter,
  );
}

function isTokenName(name: string): boolean {
  if (name.length > TOKEN_NAME_MAX) return false;
  const [decoded] = new URLSearchParams(`${name}=`).keys();
  return decoded?.toLowerCase() === TOKEN;
}
