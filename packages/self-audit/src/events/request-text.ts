/**
 * The request as BALP wants it kept: raw, "preserving exactly what was requested, including possibly malicious
 * patterns", never cut, so that nothing can hide behind padding. But for headers, which hold the token, and a token
 * that stands in the URL or the form against all advice (RFC 6750, section 5.3): whoever reads the log could use it.
 */
import type { LogUse } from './log-used.ts';

/** The parameter, also where characters of its name are escaped. */
const TOKEN_PARAMETER = new RegExp(
  `(^|[?&])(${Array.from('access_token', eitherWay).join('')})=[^&#]*`,
  'gi',
);

export function requestText({ method, path, form }: Pick<LogUse, 'method' | 'path' | 'form'>): string {
  const line = `${method} ${withoutToken(path)}`;
  if (form === undefined) return line;
  return `${line}\nContent-Type: application/x-www-form-urlencoded\n\n${withoutToken(form)}`;
}

function withoutToken(text: string): string {
  return text.replace(TOKEN_PARAMETER, '$1$2=');
}

function eitherWay(character: string): string {
  const escaped = [character, character.toUpperCase()].map((form) => `%${form.charCodeAt(0).toString(16)}`);
  return `(?:${[character, ...escaped].join('|')})`;
}
