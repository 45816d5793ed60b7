/** What an OpenAPI document says of an API, as its fuzzer needs it: operations with what they take and answer, names resolved. */

export type Schema = { readonly [keyword: string]: unknown };
export type Definitions = Readonly<Record<string, Schema>>;

export type DescribedParameter = {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
};

/** By media type; without a schema where anything may come. */
export type DescribedContent = ReadonlyMap<string, Schema | undefined>;

export type DescribedOperation = {
  /** In upper case. */
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly DescribedParameter[];
  readonly bodies: DescribedContent;
  readonly isBodyRequired: boolean;
  readonly answers: ReadonlyMap<number, DescribedContent>;
  /** What a token has to allow; undefined where none is asked for. */
  readonly scope: string | undefined;
};

export type DescribedApi = {
  readonly operations: readonly DescribedOperation[];
  /** Schemas, which name each other as `#/$defs/…`. */
  readonly definitions: Definitions;
};

type Json = { readonly [name: string]: unknown };

export async function describedApi(url: string): Promise<DescribedApi> {
  const response = await fetch(url);
  const text = (await response.text()).replaceAll('"#/components/schemas/', '"#/$defs/');
  const document = JSON.parse(text) as {
    readonly paths: Json;
    readonly components: Readonly<Record<string, Json>>;
  };
  const resolved = <Value>(value: unknown): Value => {
    const { $ref } = value as { readonly $ref?: string };
    if ($ref === undefined) return value as Value;
    const [, kind = '', name = ''] = /^#\/components\/([^/]+)\/(.+)$/.exec($ref) ?? [];
    return document.components[kind]?.[name] as Value;
  };
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Json).map(([method, operation]) =>
      described(path, method.toUpperCase(), operation as OperationObject, resolved),
    ),
  );
  return { operations, definitions: document.components.schemas as Definitions };
}

type OperationObject = {
  readonly parameters?: readonly unknown[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, MediaObject>>;
  };
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
};
type MediaObject = { readonly schema?: Schema };
type AnswerObject = { readonly content?: Readonly<Record<string, MediaObject>> };

function described(
  path: string,
  method: string,
  { parameters = [], requestBody, responses, security = [] }: OperationObject,
  resolved: <Value>(value: unknown) => Value,
): DescribedOperation {
  return {
    method,
    path,
    parameters: parameters.map((one) => {
      const parameter = resolved<DescribedParameter>(one);
      return { ...parameter, required: parameter.required ?? false };
    }),
    bodies: contentOf(requestBody?.content),
    isBodyRequired: requestBody?.required ?? false,
    answers: new Map(
      Object.entries(responses).map(([status, answer]) => [
        Number(status),
        contentOf(resolved<AnswerObject>(answer).content),
      ]),
    ),
    scope: security.flatMap((schemes) => Object.values(schemes).flat())[0],
  };
}

function contentOf(content: Readonly<Record<string, MediaObject>> = {}): DescribedContent {
  return new Map(Object.entries(content).map(([media, { schema }]) => [media, schema]));
}
