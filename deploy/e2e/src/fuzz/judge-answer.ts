/**
 * Whether an answer is one that the document has for its request: its status, its media type, its body by its schema, and
 * the headers that every answer of its kind has. No 5xx is any answer here: all parts are there.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { RawAnswer } from '../raw-request.ts';
import type { DescribedApi, Schema } from './described-api.ts';
import type { FuzzedRequest } from './requests.case.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** As the standards have them; whether an instant is a real one, its pattern says. */
const FORMATS = {
  uuid: UUID,
  ipv4: isIPv4,
  ipv6: (text: string) => isIPv6(text) && !text.includes('%'),
  'date-time': /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/,
};

const METHOD_NOT_ALLOWED = 405;
/** What has no body. */
const MINIMAL = /return=minimal/;
const NOT_MODIFIED = 304;

export type Judge = {
  /** What is wrong with the answer; undefined where nothing is. */
  readonly problemOf: (request: FuzzedRequest, answer: RawAnswer) => string | undefined;
};

export function openJudge({ operations, definitions }: DescribedApi): Judge {
  const ajv = new Ajv2020({ strictTypes: false, formats: FORMATS });
  const compiled = new Map<Schema, ValidateFunction>();
  const checkOf = (schema: Schema): ValidateFunction => {
    const check = compiled.get(schema) ?? ajv.compile({ ...schema, $defs: definitions });
    compiled.set(schema, check);
    return check;
  };
  const named = (name: string): ValidateFunction => checkOf(references[name] ?? {});
  const references: Readonly<Record<string, Schema>> = Object.fromEntries(
    Object.keys(definitions).map((name) => [name, { $ref: `#/$defs/${name}` }]),
  );
  const methodsOf = (path: string) =>
    operations.flatMap((one) =>
      one.path === path ? [one.method, ...(one.method === 'GET' ? ['HEAD'] : [])] : [],
    );

  /** Another operation can have the path: `_search` is an id to whoever reads. */
  const isAnothers = ({ method, path }: FuzzedRequest) =>
    operations.some((one) => one.method === method && templateOf(one.path).test(path));

  const problemOf = (request: FuzzedRequest, answer: RawAnswer): string | undefined => {
    const { operation, method } = request;
    const { status, headers, text } = answer;
    if (headers['x-request-id'] === undefined) return 'no X-Request-Id';
    if (status >= 500) return 'a 5xx';
    if (method !== operation.method)
      return isAnothers(request) ? undefined : notAllowed(answer, methodsOf(operation.path));
    const content = operation.answers.get(status);
    if (content === undefined) return 'a status that is not in the document';
    if (status === 401 && headers['www-authenticate'] === undefined) return 'no WWW-Authenticate';
    if (text === '') {
      const isMinimal = MINIMAL.test(String(headers['preference-applied']));
      return status === NOT_MODIFIED || isMinimal || method === 'HEAD' ? undefined : 'no body';
    }
    const media = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
    if (!content.has(media)) return `a body in ${media}, which is not in the document`;
    const schema = content.get(media);
    if (schema === undefined) return undefined;
    const isLines = media.endsWith('ndjson');
    const check = isLines ? named('Answer') : checkOf(schema);
    for (const one of isLines ? linesOf(text) : [text]) {
      const value = parsed(one);
      if (value === undefined) return 'a body that is no JSON';
      if (!check(value)) return `a body against its schema: ${ajv.errorsText(check.errors?.slice(0, 5))}`;
      const id = (value as { readonly error?: { readonly request_id?: string } }).error?.request_id;
      if (id !== undefined && id !== headers['x-request-id']) return 'an error with another request id';
    }
    return exactnessProblem(request, answer);
  };

  /** What an application sends and asks for is taken exactly where the document allows it. */
  const exactnessProblem = (request: FuzzedRequest, answer: RawAnswer): string | undefined => {
    const { operation, isPlain, sent } = request;
    if (!isPlain || operation.path !== '/api/events') return undefined;
    if (operation.method === 'GET') return listProblem(request, answer);
    return sent === undefined ? undefined : sendingProblem(sent, answer);
  };

  const sendingProblem = (
    sent: NonNullable<FuzzedRequest['sent']>,
    { status, text }: RawAnswer,
  ): string | undefined => {
    const value = parsed(JSON.stringify(sent.value) ?? '');
    const isLines = sent.media.endsWith('ndjson');
    const isEvent = named('SentEvent');
    const isSeveral = isLines || Array.isArray(value);
    if (!isSeveral || (Array.isArray(value) && value.length === 0)) {
      if (isEvent(value) === (status === 200)) return undefined;
      return status === 200 ? 'what is no event is taken' : 'what is an event is refused';
    }
    if (status !== 200) return 'several events are not answered one by one';
    const answers = isLines ? linesOf(text).map(parsed) : parsed(text);
    const taken = (answers as readonly { readonly status: number }[]).map((one) => one.status === 200);
    const expected = [value].flat().map((one) => isEvent(one));
    return String(taken) === String(expected) ? undefined : 'others are taken than the schema allows';
  };
  return { problemOf };
}

/** No schema says that a cursor is one that was given, nor that nothing is given twice. */
function listProblem({ path }: FuzzedRequest, { status }: RawAnswer): string | undefined {
  const names = [...new URL(path, 'http://localhost').searchParams.keys()];
  if (names.includes('cursor')) return undefined;
  const isTwice = new Set(names).size < names.length;
  return status === (isTwice ? 400 : 200) ? undefined : 'a list that the document allows is refused';
}

/** A path with anything in its parameters, and any query. */
function templateOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/?]+')}(?:\\?|$)`);
}

function notAllowed({ status, headers }: RawAnswer, methods: readonly string[]): string | undefined {
  // What is in a path may have made it the path of nothing.
  if ([400, 401, 404].includes(status)) return undefined;
  if (status !== METHOD_NOT_ALLOWED) return 'a method that is not in the document';
  const allowed = String(headers.allow).split(', ').toSorted();
  return String(allowed) === String(methods.toSorted()) ? undefined : `Allow: ${allowed}, not ${methods}`;
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
