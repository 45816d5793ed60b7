/**
 * How the gateway asks query: by the platform's `fetch`, or, where query is behind an authority of the site's own or
 * asks for a certificate, by undici's, which can be told of them. The platform's can not: it takes undici's agents only
 * of the version that it was built with.
 */
import { Agent, fetch as fetchByUndici } from 'undici';

export type QueryFetch = (asked: Request | string, init?: RequestInit) => Promise<Response>;

export type QueryClient = AsyncDisposable & { readonly fetch: QueryFetch };

/** In PEM; empty for what is not set. */
export type QueryClientSettings = {
  readonly queryCa: string;
  readonly queryClientCert: string;
  readonly queryClientKey: string;
};

export function openQueryClient(settings: QueryClientSettings): QueryClient {
  const { queryCa: ca, queryClientCert: cert, queryClientKey: key } = settings;
  if (ca === '' && cert === '') {
    return { fetch: (asked, init) => fetch(asked, init), [Symbol.asyncDispose]: async () => undefined };
  }
  const agent = new Agent({
    // As the platform's own does: the answers are passed on as HTTP/1.1 in any case.
    allowH2: false,
    connect: {
      ...(ca !== '' && { ca }),
      ...(cert !== '' && { cert, key }),
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
    },
  });
  return {
    fetch: async (asked, init) => {
      const { url, method, headers, body, redirect, signal } = new Request(asked, init);
      const answer = await fetchByUndici(url, {
        method,
        headers: [...headers],
        body,
        redirect,
        signal,
        dispatcher: agent,
        ...(body !== null && { duplex: 'half' as const }),
      });
      return new Response(answer.body, {
        status: answer.status,
        statusText: answer.statusText,
        headers: [...answer.headers],
      });
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}
