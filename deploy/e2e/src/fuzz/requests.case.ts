/**
 * Requests made from the document: of each operation, most as it is described and some changed, in its body as a value and
 * as text, in parameters, headers, media type, method and token.
 */
import fc from 'fast-check';
import { type Body, bodyOf } from './bodies.case.ts';
import type { Definitions, DescribedApi, DescribedOperation } from './described-api.ts';
import { mostly, oneOf } from './odds.case.ts';
import { headersOf, pathValue, queryOf } from './parameters.case.ts';

/** What only the server knows, and what it takes that no schema can say in full. */
export type Known = {
  readonly ids: readonly string[];
  readonly auditEvents: readonly object[];
};

export type FuzzedRequest = {
  readonly operation: DescribedOperation;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly token: 'good' | 'none' | 'nonsense' | 'of nothing';
  readonly body: Buffer | undefined;
  /** Whether all of it is as described, but for what the body says. */
  readonly isPlain: boolean;
  /** What the body says, where it is what its media type says. */
  readonly sent: Body['sent'];
};

export function requests(api: DescribedApi, known: Known): fc.Arbitrary<FuzzedRequest> {
  return fc.oneof(...api.operations.map((operation) => requestOf(operation, api.definitions, known)));
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'];

function requestOf(
  operation: DescribedOperation,
  definitions: Definitions,
  known: Known,
): fc.Arbitrary<FuzzedRequest> {
  const inPlace = (place: string) => operation.parameters.filter((parameter) => parameter.in === place);
  const path = fc
    .tuple(...inPlace('path').map((parameter) => pathValue(parameter, definitions, known)))
    .map((values) => {
      const left = values.values();
      return operation.path.replaceAll(/\{[^}]+\}/g, () => left.next().value ?? '');
    });
  return fc
    .record({
      method: mostly(oneOf(operation.method), oneOf(...METHODS), 30),
      path,
      query: queryOf(inPlace('query'), definitions),
      headers: headersOf(inPlace('header'), definitions),
      token: mostly(
        oneOf('good' as const),
        oneOf('none' as const, 'nonsense' as const, 'of nothing' as const),
      ),
      body: bodyOf(operation, definitions, known),
    })
    .map(({ method, path: at, query, headers, token, body }) => {
      const isPlain =
        method === operation.method && token === 'good' && headers.isPlain && query.isPlain && body.isPlain;
      return {
        ...{ operation, method, token, body: body.bytes },
        path: query.text === '' ? at : `${at}?${query.text}`,
        headers: { ...headers.of, ...body.headers },
        isPlain,
        sent: body.sent,
      };
    });
}
