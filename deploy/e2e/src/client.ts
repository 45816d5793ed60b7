/** The API as a client sees it. */

export type Resource = {
  readonly resourceType: string;
  readonly id: string;
  readonly [key: string]: unknown;
};

export type Bundle = {
  readonly resourceType: 'Bundle';
  readonly type: string;
  readonly total?: number;
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly { readonly resource: Resource }[];
};

const FHIR_JSON = 'application/fhir+json';

export async function post(url: string, body: unknown, headers: object = {}): Promise<Response> {
  return await fetch(url, {
    method: 'POST',
    headers: { 'content-type': FHIR_JSON, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Posts a collection Bundle and gives the stored events, or throws with the answer. */
export async function postBundle(
  url: string,
  events: readonly unknown[],
  headers: object = {},
): Promise<readonly Resource[]> {
  const entry = events.map((resource) => ({ resource }));
  const response = await post(url, { resourceType: 'Bundle', type: 'collection', entry }, headers);
  const answer = (await response.json()) as Bundle;
  if (response.status !== 201) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
  return (answer.entry ?? []).map(({ resource }) => resource);
}

/** A search; throws with the OperationOutcome where it is refused. */
export async function search(url: string, query: string): Promise<Bundle> {
  const response = await fetch(`${url}/AuditEvent?${query}`);
  const answer = (await response.json()) as Bundle;
  if (response.status !== 200) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

export const total = async (url: string, query = ''): Promise<number> =>
  (await search(url, `${query}&_count=0`)).total ?? -1;
