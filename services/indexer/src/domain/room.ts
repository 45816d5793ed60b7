/**
 * Room for what is in hand, in bytes: who asks first gets it first, and one at a time each turn of the event loop, so that
 * heartbeats and answers are never behind a whole batch of work. What alone is larger than all the room gets it alone.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

type Waiting = { readonly bytes: number; readonly enter: () => void };

export class Room {
  readonly #bytesMax: number;
  #taken = 0;
  readonly #waiting = new Set<Waiting>();
  #isLettingIn = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Runs `work` when there is room for `bytes`, which it has until it ends. Rejects when `signal` aborts before. */
  async with<Result>(bytes: number, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    await this.#enter(bytes, signal);
    try {
      return await work();
    } finally {
      this.#taken -= bytes;
      void this.#letIn();
    }
  }

  async #enter(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { bytes, enter: resolve };
    const leave = () => {
      if (this.#waiting.delete(waiting)) reject(signal.reason);
      void this.#letIn();
    };
    this.#waiting.add(waiting);
    signal.addEventListener('abort', leave, { once: true });
    void this.#letIn();
    await promise.finally(() => signal.removeEventListener('abort', leave));
  }

  async #letIn(): Promise<void> {
    if (this.#isLettingIn) return;
    this.#isLettingIn = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#waiting.delete(next);
      this.#taken += next.bytes;
      next.enter();
      await nextTurn();
    }
    this.#isLettingIn = false;
  }

  #next(): Waiting | undefined {
    const [first] = this.#waiting;
    if (first === undefined) return undefined;
    return this.#taken === 0 || this.#taken + first.bytes <= this.#bytesMax ? first : undefined;
  }
}
