/**
 * Keeps one part running: a process that ends unasked is started again after a back-off, and the terminal is told in
 * one line. Until it was ready once, what a restart cannot cure (bad settings, a Kafka that does not come up) ends
 * the whole start instead. After stop() or kill() nothing is started again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { exitStatusOfRefusal, Failure } from '../failure.ts';
import { notReady } from '../parts/node.ts';
import type { Part } from '../parts/part.ts';
import { type Child, describeExit, type Exit } from '../process/child.ts';
import { say, seconds } from '../terminal/say.ts';
import { backOffMs } from './back-off.ts';
import { lastWords } from './last-words.ts';

/** A part that has not been ready by then, over all its restarts, never will be. */
const firstReadyMsMax = 180_000;

export interface SuperviseOptions {
  /** False for services: one that dies before it is ready may only have come before its broker. */
  readonly mustStartAtOnce: boolean;
}

export class Supervised {
  readonly part: Part;
  /** Resolves when it is ready for the first time; rejects with a Failure when it will not be. */
  readonly firstReady: Promise<void>;
  readonly #mustStartAtOnce: boolean;
  readonly #end = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  readonly #ended: Promise<void>;
  #wasReady = false;
  #child: Child | undefined;

  constructor(part: Part, { mustStartAtOnce }: SuperviseOptions) {
    this.part = part;
    this.#mustStartAtOnce = mustStartAtOnce;
    this.firstReady = this.#first.promise;
    // Whoever starts several waits for all of them; a rejection must not count as unhandled before that.
    this.firstReady.catch(() => {});
    this.#ended = this.#keepRunning();
  }

  /** Orderly, with the part's deadline. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#child?.stop(this.part.stopMsMax);
    await this.#ended;
  }

  /** At once. */
  async kill(): Promise<void> {
    this.#end.abort();
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  async #keepRunning(): Promise<void> {
    const { signal: end } = this.#end;
    const begunAt = performance.now();
    let waitedMs: number | undefined;
    while (!end.aborted) {
      const upSince = performance.now();
      const child = await this.part.launch().catch((error: unknown) => this.#first.reject(error));
      if (!child) return;
      this.#child = child;
      if (end.aborted) child.kill('SIGKILL');
      void this.#announce(child, waitedMs !== undefined);
      const exit = await child.exited;
      if (end.aborted || this.#isHopeless(exit, child, performance.now() - begunAt)) return;
      waitedMs = backOffMs(waitedMs, performance.now() - upSince);
      const { name, logPath } = this.part;
      say(
        `${name} ended (${describeExit(exit)}) and is started again in ${seconds(waitedMs)}. Its log: ${logPath}`,
      );
      await sleep(waitedMs, undefined, { signal: end }).catch(() => {});
    }
  }

  async #announce(child: Child, again: boolean): Promise<void> {
    const readiness = await this.part.ready(child, this.#end.signal);
    if (readiness === 'ready') {
      if (again) say(`${this.part.name} is ready.`);
      this.#wasReady = true;
      this.#first.resolve();
    } else if (readiness === 'late' && !this.#wasReady) {
      this.#giveUp(notReady(this.part, undefined, child.log.tail()));
    }
  }

  #isHopeless(exit: Exit, child: Child, elapsedMs: number): boolean {
    if (this.#wasReady) return false;
    if (exit.code === exitStatusOfRefusal) {
      const words = lastWords(child.log.tail()).map((line) => `    ${line}`);
      this.#giveUp(
        [`${this.part.name} does not take its settings:`, ...words].join('\n'),
        exitStatusOfRefusal,
      );
    } else if (this.#mustStartAtOnce || elapsedMs > firstReadyMsMax) {
      this.#giveUp(notReady(this.part, exit, child.log.tail()));
    } else {
      return false;
    }
    return true;
  }

  #giveUp(problem: string, exitStatus = 1): void {
    this.#first.reject(new Failure([problem], exitStatus));
  }
}
