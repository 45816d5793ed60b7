/** One request by undici's dispatch, the least that a request costs a client, and the ids that its answer names. */
import type { Dispatcher } from 'undici';

const CREATED = 201;
const ID = /\/AuditEvent\/([A-Za-z0-9.-]{1,64})/;

export class RequestHandler implements Dispatcher.DispatchHandler {
  readonly answered: Promise<void>;
  readonly #chunks: Buffer[] = [];
  #location: string | undefined;
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  constructor() {
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Of what was stored: by Location where it is one event, else by each entry's fullUrl. */
  ids(): readonly string[] {
    const [, id] = ID.exec(this.#location ?? '') ?? [];
    if (id !== undefined) return [id];
    const text = Buffer.concat(this.#chunks).toString('latin1');
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
    if (status !== CREATED) this.#reject(new Error(`bench: answered ${status}`));
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
