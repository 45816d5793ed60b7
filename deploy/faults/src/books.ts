/**
 * What the senders of a round keep: what they sent, what each was answered, and what of that no healthy Auditbox answers.
 * Away (0), too busy (429) and unable (503) are honest; anything else that is not 201 says that a good event is wrong.
 */
import { createHash } from 'node:crypto';
import { keyOf, type Resource } from '@auditbox/e2e';
import { echoOf } from './echo.ts';

const HONEST_STATUSES: readonly number[] = [0, 201, 429, 503];

export type Digests = { readonly whole: string; readonly content: string };

/**
 * What an event is compared by: its text, as JSON has it. Of what was sent twice one copy is kept, whichever was
 * answered: those differ in when they came, and in nothing else.
 */
export function digestOf(event: Resource, isOneOfSeveral: boolean): string {
  const { meta } = event as Resource & { readonly meta?: object };
  const compared = isOneOfSeveral ? { ...event, meta: { ...meta, lastUpdated: '' } } : event;
  return createHash('sha256').update(JSON.stringify(compared)).digest('base64');
}

export class Books {
  /** By id: what the 201 said is stored. */
  readonly acknowledged = new Map<string, Digests>();
  /** Keys of all events that were sent. */
  readonly sent = new Set<string>();
  readonly statuses = new Map<number, number>();
  readonly #acknowledgedKeys = new Set<string>();
  readonly #wrong = new Map<string, number>();
  /** Of what was sent, not by the load. */
  #others = 0;

  answered(status: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (!HONEST_STATUSES.includes(status)) this.#isWrong(`good events were answered ${status}`);
  }

  /** By 201, with this body. */
  took(answer: string, sent: readonly unknown[]): void {
    this.answered(201);
    const { stored, problem } = echoOf(answer, sent);
    if (problem !== undefined) this.#isWrong(problem);
    for (const event of stored) {
      this.acknowledged.set(event.id, { whole: digestOf(event, false), content: digestOf(event, true) });
      this.#acknowledgedKeys.add(keyOf(event));
    }
  }

  /** A sender that persists, whose request was not taken until the end. */
  gaveUp(): void {
    this.#isWrong('a request was sent again and again and never taken');
  }

  alsoSent(key: string): void {
    this.sent.add(key);
    this.#others += 1;
  }

  /** Events that were sent and that no 201 named. */
  get unacknowledged(): number {
    return this.sent.difference(this.#acknowledgedKeys).size - this.#others;
  }

  /** Each in one sentence. */
  get problems(): readonly string[] {
    return [...this.#wrong].map(([what, times]) => (times === 1 ? what : `${what}, ${times} times`));
  }

  #isWrong(what: string): void {
    this.#wrong.set(what, (this.#wrong.get(what) ?? 0) + 1);
  }
}
