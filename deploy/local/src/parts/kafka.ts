/**
 * One real Kafka broker (KRaft, broker and controller in one) from its published jars, on loopback. Its data survive
 * SIGKILL; a restart after one waits about 6 s for the broker's old session to run out.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { artifactsFolder } from '../artifacts/pinned.ts';
import { Failure, messageOf } from '../failure.ts';
import { Child } from '../process/child.ts';
import { LogFile } from '../process/log-file.ts';
import { accepts, waitReady } from '../process/wait-ready.ts';
import { type Folders, fill, type Part } from './part.ts';

const run = promisify(execFile);

const readyMsMax = 90_000;
const stopMsMax = 20_000;

export interface KafkaPartOptions {
  readonly jars: string;
  readonly javaHome: string;
  readonly folders: Folders;
  readonly port: number;
  readonly controllerPort: number;
  /** As the JVM writes it: 512m. */
  readonly heap: string;
  /** Over those of artifacts/kafka/server.properties: more listeners, an authorizer. Values may have several lines. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
  /** Of the cluster that it is to join; a new one where it is not said. */
  readonly clusterId?: string | undefined;
  /** Users that are there from the first start, as StorageTool takes them (KIP-900). */
  readonly scramUsers?: readonly string[] | undefined;
}

export function kafkaPart(options: KafkaPartOptions): Part {
  const { jars, javaHome, folders, port, controllerPort, heap, properties = {}, scramUsers = [] } = options;
  const java = join(javaHome, 'bin', 'java');
  const data = join(folders.data, 'kafka');
  const own = join(folders.run, 'kafka');
  const log = new LogFile(join(folders.logs, 'kafka.log'));
  const jvm = [
    ...[
      '-cp',
      `${jars}/*`,
      '-XX:-UsePerfData',
      `-Djava.io.tmpdir=${join(own, 'tmp')}`,
      '-Djava.awt.headless=true',
    ],
    `-Dlog4j2.configurationFile=file:${join(artifactsFolder, 'kafka', 'log4j2.properties')}`,
  ];

  let started = false;
  log.onLine((line) => {
    started ||= line.includes('Kafka Server started');
  });

  async function launch(): Promise<Child> {
    mkdirSync(join(own, 'tmp'), { recursive: true });
    if (!existsSync(data)) await format();
    const args = [
      ...jvm,
      `-Xmx${heap}`,
      '-XX:+UseG1GC',
      '-XX:MaxGCPauseMillis=20',
      'kafka.Kafka',
      configure(data),
    ];
    started = false;
    return new Child({ file: java, args, env: process.env, cwd: own, log, recordPath: `${own}.json` });
  }

  function configure(at: string): string {
    const template = readFileSync(join(artifactsFolder, 'kafka', 'server.properties'), 'utf8');
    const path = join(own, 'server.properties');
    const base = fill(template, { DATA: at, PORT: port, CONTROLLER_PORT: controllerPort });
    // Of a property that is there twice, Java takes the last.
    writeFileSync(path, [base, ...Object.entries(properties).map(propertyLine)].join('\n'), { mode: 0o600 });
    return path;
  }

  /** Formatted beside its place and renamed, so that a folder that exists was formatted to the end. */
  async function format(): Promise<void> {
    const fresh = `${data}.new`;
    await rm(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    const args = [
      ...jvm,
      '-Xmx128m',
      'kafka.tools.StorageTool',
      'format',
      '-t',
      options.clusterId ?? newClusterId(),
      '-c',
      configure(fresh),
      ...scramUsers.flatMap((user) => ['--add-scram', user]),
    ];
    try {
      await run(java, args, { cwd: own });
    } catch (error) {
      throw new Failure([`Kafka's storage could not be formatted in ${data}: ${messageOf(error)}`], 1, {
        cause: error,
      });
    }
    await rename(fresh, data);
  }

  return {
    name: 'kafka',
    logPath: log.path,
    stopMsMax,
    launch,
    ready: (child, stop) =>
      waitReady(child, async () => started && accepts('127.0.0.1', port), { timeoutMs: readyMsMax, stop }),
  };
}

/** As java.util.Properties reads it back. */
function propertyLine([name, value]: readonly [string, string]): string {
  return `${name}=${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`;
}

/** 16 random bytes in base64url, as Kafka's own tool makes them; a leading dash would read as an option. */
function newClusterId(): string {
  return randomBytes(16).toString('base64url').replace(/^-/, 'A');
}
