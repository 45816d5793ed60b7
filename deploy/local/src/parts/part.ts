/**
 * A part of the running whole: how one process of it is launched and when it is ready. Kafka, Elasticsearch and the
 * services are parts; supervision (start) and restarting by hand (tests) are built on this alone.
 */
import type { Child } from '../process/child.ts';
import type { Readiness } from '../process/wait-ready.ts';

export interface Part {
  readonly name: string;
  readonly logPath: string;
  /** How long an orderly stop may take before SIGKILL. */
  readonly stopMsMax: number;
  readonly launch: () => Promise<Child>;
  readonly ready: (child: Child, stop?: AbortSignal) => Promise<Readiness>;
}

/** The folders of one running whole. */
export interface Folders {
  readonly data: string;
  readonly logs: string;
  readonly run: string;
}

export function foldersIn(folder: string): Folders {
  return { data: `${folder}/data`, logs: `${folder}/logs`, run: `${folder}/run` };
}

/** Fills the @NAMES@ of a template; a name without a value is a fault of the caller. */
export function fill(template: string, values: Record<string, string | number>): string {
  return template.replaceAll(/@([A-Z_]+)@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for @${name}@`);
    return String(value);
  });
}
