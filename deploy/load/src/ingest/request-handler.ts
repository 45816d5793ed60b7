/** One request by undici's dispatch, the least that a request costs a client, and the ids that its answer names. */
import type { Dispatcher } from 'undici';

/** What an event is taken with: at FHIR's door it is created, at that of applications it is answered. */
const TAKEN = { FHIR: 201, application: 200 } as const;
const ID = /\/AuditEvent\/([A-Za-z0-9.-]{1,64})/;

export class RequestHandler implements Dispatcher.DispatchHandler {
  readonly answered: Promise<void>;
  readonly #door: keyof typeof TAKEN;
  readonly #chunks: Buffer[] = [];
  #location: string | undefined;
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  constructor(door: keyof typeof TAKEN) {
    this.#door = door;
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Of what was stored: by Location where it is one event, else by each entry's fullUrl; by `id` of an application's. */
  ids(): readonly string[] {
    const [, id] = ID.exec(this.#location ?? '') ?? [];
    if (id !== undefined) return [id];
    const text = Buffer.concat(this.#chunks).toString('latin1');
    if (this.#door === 'application') return [(JSON.parse(text) as { readonly id: string }).id];
    return [...text.matchAll(/"fullUrl":"[^"]*\/AuditEvent\/([A-Za-z0-9.-]{1,64})"/g)].map(
      (match) => match[1]!,
    );
  }

  onRequestStart(): void {}

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status !== TAKEN[this.#door]) this.#reject(new Error(`bench: answered ${status}`));
    this.#location = headers.location as string | undefined;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // Who has the id by a header has no need of the body.
    if (this.#location === undefined) this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#resolve();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}
