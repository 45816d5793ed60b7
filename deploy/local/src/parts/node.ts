/**
 * A part in the hands of a test: started, stopped, killed and restarted by hand, on the same data and ports. Nothing
 * restarts it by itself, so a test sees exactly the fault that it made. Disposing stops it.
 */
import { Failure } from '../failure.ts';
import type { Child } from '../process/child.ts';
import { describeExit, type Exit } from '../process/child.ts';
import type { Part } from './part.ts';

export class PartNode implements AsyncDisposable {
  readonly name: string;
  readonly logPath: string;
  readonly #part: Part;
  readonly #pid: () => number | undefined;
  #child: Child;

  private constructor(part: Part, child: Child, pid: () => number | undefined) {
    this.name = part.name;
    this.logPath = part.logPath;
    this.#part = part;
    this.#child = child;
    this.#pid = pid;
  }

  static async start(part: Part, { stop, pid }: { stop?: AbortSignal; pid?: () => number | undefined } = {}) {
    const child = await launchReady(part, stop);
    return new PartNode(part, child, pid ?? (() => undefined));
  }

  /** Of the process that does the work. */
  get pid(): number | undefined {
    return this.#pid() ?? this.#child.pid;
  }

  get running(): boolean {
    return this.#child.exit === undefined;
  }

  /** Orderly; SIGKILL after the part's own deadline. */
  stop(): Promise<Exit> {
    return this.#child.stop(this.#part.stopMsMax);
  }

  /** Sends a signal to all its processes. After SIGKILL it resolves when they are gone; else at once. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#child.kill(signal);
    if (signal === 'SIGKILL') await this.#child.exited;
  }

  /** Resolves when it is ready again. */
  async restart(): Promise<void> {
    await this.stop();
    this.#child = await launchReady(this.#part);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A stopped (SIGSTOP) process takes no SIGTERM.
    this.#child.kill('SIGCONT');
    await this.stop();
  }
}

/** Launches and waits; what could not be made ready is gone again and a Failure says why. */
export async function launchReady(part: Part, stop?: AbortSignal): Promise<Child> {
  stop?.throwIfAborted();
  const child = await part.launch();
  const readiness = await part.ready(child, stop);
  if (readiness === 'ready') return child;
  child.kill('SIGKILL');
  const exit = await child.exited;
  stop?.throwIfAborted();
  throw new Failure([notReady(part, readiness === 'ended' ? exit : undefined, child.log.tail())]);
}

/** One sentence and the child's own last words. */
export function notReady({ name, logPath }: Part, exit: Exit | undefined, tail: readonly string[]): string {
  const what = exit ? `ended before it was ready (${describeExit(exit)})` : 'did not become ready in time';
  const last = tail.slice(-8).map((line) => `    ${line.slice(0, 300)}`);
  return [`${name} ${what}; its log is ${logPath}${last.length > 0 ? ' and ends with:' : '.'}`, ...last].join(
    '\n',
  );
}
