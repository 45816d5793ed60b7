/** Searching as a client may: by GET, by POST, and by both at once; and reading what comes back by the events' names. */
import type { Resource } from '../client.ts';
import { eventually } from '../eventually.ts';

export type Link = { readonly relation: string; readonly url: string };

type Entry = {
  readonly fullUrl?: string;
  readonly resource: Resource;
  readonly search?: { readonly mode: string };
};

export type Answer = {
  readonly resourceType: string;
  readonly total?: number;
  readonly link?: readonly Link[];
  readonly entry?: readonly Entry[];
  readonly issue?: readonly { readonly code: string; readonly diagnostics?: string }[];
};

export type Asked = { readonly status: number; readonly answer: Answer };

const answered = async (response: Response): Promise<Asked> => ({
  status: response.status,
  answer: (await response.json()) as Answer,
});

/** As `fetch` writes it in a URL, so that a form says the very same. */
const encoded = (query: string): string => new URL(`http://x.example/?${query}`).search.slice(1);

/** `url` is that of a search: `[base]/AuditEvent`, or of a compartment. */
export const byGet = async (url: string, query: string, headers: Record<string, string> = {}) =>
  answered(await fetch(`${url}?${query}`, { headers }));

/** Parameters before the last `&` in the URL, the last one in the form. */
export async function byBoth(url: string, query: string): Promise<Asked> {
  const at = query.lastIndexOf('&');
  return await byPost(url, query.slice(at + 1), at < 0 ? '' : `?${query.slice(0, at)}`);
}

export async function byPost(url: string, form: string, urlQuery = ''): Promise<Asked> {
  const response = await fetch(`${url}/_search${urlQuery}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: encoded(form),
  });
  return await answered(response);
}

/** Waits until a search counts so many. While indices are made, as for the first events of a month, it may be a 503. */
export const counted = (url: string, query: string, events: number) =>
  eventually(
    `${query} counts ${events}`,
    async () => {
      const { status, answer } = await byGet(url, `${query}&_count=0`);
      return status === 503 ? 'unavailable' : (answer.total ?? answer);
    },
    (found) => found === events,
  );

export const matches = ({ entry = [] }: Answer): readonly Resource[] =>
  entry.filter(({ search }) => search?.mode !== 'outcome').map(({ resource }) => resource);

/** What a search says beside what it found: the OperationOutcomes among its entries, as text. */
export const remarks = ({ entry = [] }: Answer): readonly string[] =>
  entry.filter(({ search }) => search?.mode === 'outcome').map(({ resource }) => JSON.stringify(resource));

/** The names of what was found, in order. */
export const names = (answer: Answer, system: string): readonly string[] =>
  matches(answer).map((resource) => nameOf(resource, system));

export function nameOf(resource: Resource, system: string): string {
  const { tag = [] } = resource.meta as { tag?: { system?: string; code: string }[] };
  return tag.find((each) => each.system === system)?.code ?? '';
}

export const linkOf = ({ link = [] }: Answer, relation: string): string | undefined =>
  link.find((each) => each.relation === relation)?.url;
