/**
 * One replica of a service in the hands of an orchestrator: a process of its own, on a port of its own, started again
 * whenever it ends, after a growing while, until it is not wanted any more. What it says goes to a file.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Environment } from '@auditbox/e2e';
import type { Exit } from './exits.ts';
import { waitUntil } from './wait-until.ts';

/** What has run for a while is started again at once; what keeps ending waits longer and longer, as in Kubernetes. */
const BACK_OFF_MS_FIRST = 250;
const BACK_OFF_MS_MAX = 2_000;
/** Who has lived this long did not end because it can't start. */
const SETTLED_MS = 10_000;

/** Longer than a service gives itself (`AUDITBOX_STOP_DEADLINE_MS`), and more where the machine is busy. */
const END_MS_MAX = 60_000;
/** In a mix it may be between two of its lives. */
const ALIVE_MS_MAX = 60_000;
/** What every service says once it is. */
const READY_SAID = '"msg":"ready"';

export class Replica {
  readonly name: string;
  readonly service: string;
  readonly url: string;
  readonly logPath: string;
  readonly exits: Exit[] = [];
  #environment: Environment;
  #child: ChildProcess | undefined;
  #toldBy: NodeJS.Signals | undefined;
  #isWanted = false;
  #isGone = false;
  #running: Promise<void> = Promise.resolve();
  #unwanted = new AbortController();

  constructor(name: string, environment: Environment, logPath: string) {
    this.name = name;
    this.service = name.replace(/-\d+$/, '');
    this.url = `http://127.0.0.1:${environment.PORT}`;
    this.logPath = logPath;
    this.#environment = environment;
  }

  /** Keeps it running from now on. */
  start(): void {
    if (this.#isWanted || this.#isGone) return;
    this.#isWanted = true;
    this.#unwanted = new AbortController();
    this.#running = this.#keepRunning(this.#unwanted.signal);
  }

  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** What its log says at a level: `error` is that data was lost, or a person must act. */
  said(level: 'error' | 'warn'): string[] {
    if (!existsSync(this.logPath)) return [];
    return readFileSync(this.logPath, 'utf8')
      .split('\n')
      .filter((line) => line.includes(`"level":"${level}"`))
      .map((line) => /"msg":"([^"]*)"/.exec(line)?.[1] ?? '');
  }

  /** Lets it end, and does not start it again. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#isWanted = false;
    this.#unwanted.abort();
    this.signal(signal);
    await this.#running;
  }

  /** For good, whoever wants to start it again. */
  async dispose(): Promise<void> {
    this.#isGone = true;
    await this.stop('SIGKILL');
  }

  /** Lets the process that runs end, and resolves when it has; it is started again. Throws where it does not end. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    let before = 0;
    const reached = (): boolean => {
      before = this.exits.length;
      return this.signal(signal);
    };
    await waitUntil(`${this.name} runs`, reached, ALIVE_MS_MAX);
    await waitUntil(`${this.name} ends by ${signal}`, () => this.exits.length > before, END_MS_MAX);
  }

  /** To the process that runs; where none does, to the next one. */
  async signalLiving(signal: NodeJS.Signals): Promise<void> {
    await waitUntil(`${this.name} runs`, () => this.signal(signal), ALIVE_MS_MAX);
  }

  /** Whether a process runs that it reached. */
  signal(signal: NodeJS.Signals): boolean {
    const child = this.#child;
    // Before the signal: the process may have ended by the time that this looks again.
    if (child !== undefined && (signal === 'SIGKILL' || signal === 'SIGTERM')) this.#toldBy = signal;
    return child?.kill(signal) ?? false;
  }

  /** From its next start on. */
  set(settings: Environment): void {
    this.#environment = { ...this.#environment, ...settings };
  }

  /** The checks of `/readyz` by name, with its status; undefined where nobody answers. */
  async readiness(): Promise<{ readonly status: number; readonly checks: Environment } | undefined> {
    try {
      const response = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
      const { checks } = (await response.json()) as { readonly checks: Environment };
      return { status: response.status, checks };
    } catch {
      return undefined;
    }
  }

  async #keepRunning(unwanted: AbortSignal): Promise<void> {
    for (let waitMs = 0; !unwanted.aborted; ) {
      const startedMs = performance.now();
      await this.#run();
      waitMs =
        performance.now() - startedMs > SETTLED_MS
          ? 0
          : Math.min(2 * waitMs || BACK_OFF_MS_FIRST, BACK_OFF_MS_MAX);
      await wait(waitMs, undefined, { signal: unwanted }).catch(() => {});
    }
  }

  async #run(): Promise<void> {
    const main = fileURLToPath(new URL(`../../../services/${this.service}/src/main.ts`, import.meta.url));
    const log = openSync(this.logPath, 'a');
    const saidBefore = fstatSync(log).size;
    const child = spawn(process.execPath, [main], {
      env: { ...process.env, ...this.#environment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#toldBy = undefined;
    this.#child = child;
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    this.#child = undefined;
    const wasReady = readFileSync(this.logPath).subarray(saidBefore).includes(READY_SAID);
    this.exits.push({ code, signal, toldBy: this.#toldBy, wasReady });
  }
}
