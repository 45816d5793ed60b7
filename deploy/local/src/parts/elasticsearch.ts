/**
 * One real Elasticsearch node from Elastic's own zip, on loopback, as a child in the foreground. Its data survive
 * SIGKILL (every acknowledged write is in the translog on disk). All it writes lies in our own folders, so that one
 * unpacked Elasticsearch serves any number of nodes.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { artifactsFolder } from '../artifacts/pinned.ts';
import { giveFolder, type RunAs } from '../machine/run-as.ts';
import { Child } from '../process/child.ts';
import { plainEnvironment } from '../process/environment.ts';
import { LogFile } from '../process/log-file.ts';
import { statusOf, waitReady } from '../process/wait-ready.ts';
import { type Folders, fill, type Part } from './part.ts';

const readyMsMax = 180_000;
const stopMsMax = 30_000;

export interface ElasticsearchPartOptions {
  readonly home: string;
  readonly javaHome: string;
  readonly folders: Folders;
  readonly port: number;
  readonly transportPort: number;
  /** As the JVM writes it: 1g. */
  readonly heap: string;
  readonly runAs?: RunAs | undefined;
}

export interface ElasticsearchPart extends Part {
  /** The server's own process; the child is its launcher. */
  readonly serverPid: () => number | undefined;
}

export function elasticsearchPart(options: ElasticsearchPartOptions): ElasticsearchPart {
  const { home, javaHome, folders, port, transportPort, heap, runAs } = options;
  const own = join(folders.run, 'elasticsearch');
  const data = join(folders.data, 'elasticsearch');
  const config = join(own, 'config');
  const tmp = join(own, 'tmp');
  const log = new LogFile(join(folders.logs, 'elasticsearch.log'));

  let serverPid: number | undefined;
  log.onLine((line) => {
    serverPid ??= Number(/ version\[[^\]]+\], pid\[(\d+)\]/.exec(line)?.[1]) || undefined;
  });

  function configure(): void {
    for (const folder of [config, tmp, join(own, 'logs')]) mkdirSync(folder, { recursive: true });
    cpSync(join(artifactsFolder, 'elasticsearch'), config, { recursive: true });
    const template = readFileSync(join(config, 'elasticsearch.yml'), 'utf8');
    const values = { PORT: port, TRANSPORT_PORT: transportPort };
    const paths = { DATA: quoted(data), LOGS: quoted(join(own, 'logs')) };
    writeFileSync(join(config, 'elasticsearch.yml'), fill(template, { ...values, ...paths }));
    giveFolder(own, runAs);
    giveFolder(data, runAs);
  }

  /** What the last lines of Elastic's bin/elasticsearch do, less a JVM that only checks the version of Java. */
  async function launch(): Promise<Child> {
    configure();
    serverPid = undefined;
    const java = join(javaHome, 'bin', 'java');
    const launcherJvm = [
      '-Xms4m',
      '-Xmx64m',
      '-XX:+UseSerialGC',
      '-XX:-UsePerfData',
      `-Djava.io.tmpdir=${tmp}`,
    ];
    const launcher = ['-cp', join(home, 'lib', 'tools', 'server-launcher', '*')];
    const child = new Child({
      file: java,
      args: [...launcherJvm, ...launcher, 'org.elasticsearch.server.launcher.ServerLauncher'],
      env: {
        ...plainEnvironment(),
        HOSTNAME: hostname(),
        JAVA: java,
        JAVA_TYPE: 'ES_JAVA_HOME',
        ES_JAVA_HOME: javaHome,
        CLI_JAVA_OPTS: launcherJvm.join(' '),
        ES_HOME: home,
        ES_PATH_CONF: config,
        ES_TMPDIR: tmp,
        ES_DISTRIBUTION_TYPE: 'zip',
        ES_JAVA_OPTS: `-Xms${heap} -Xmx${heap}`,
      },
      cwd: home,
      log,
      recordPath: `${own}.json`,
      runAs,
    });
    void child.exited.then(removeAttachSocket);
    return child;
  }

  /** HotSpot puts the socket of its attach API into /tmp whatever java.io.tmpdir says, and a killed one leaves it. */
  function removeAttachSocket(): void {
    if (serverPid !== undefined) rmSync(`/tmp/.java_pid${serverPid}`, { force: true });
  }

  return {
    name: 'elasticsearch',
    logPath: log.path,
    stopMsMax,
    launch,
    ready: (child, stop) => {
      const healthy = async () => (await statusOf(`http://127.0.0.1:${port}${healthPath}`)) === 200;
      return waitReady(child, healthy, { timeoutMs: readyMsMax, stop, everyMs: 200 });
    },
    serverPid: () => serverPid,
  };
}

/** `GET /` answers 405 in this artifact. Yellow: every primary is there, so that reads and writes work. */
export const healthPath = '/_cluster/health?wait_for_status=yellow&timeout=1s';

/** Inside YAML's single quotes only the quote itself has to be written twice. */
function quoted(path: string): string {
  return path.replaceAll("'", "''");
}
