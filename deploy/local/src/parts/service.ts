/**
 * The three services as parts: one process each of `services/<name>/src/main.ts` with the Node that runs this,
 * listening on loopback only, ready when /readyz says so.
 */
import { join } from 'node:path';
import { Child } from '../process/child.ts';
import { LogFile } from '../process/log-file.ts';
import { statusOf, waitReady } from '../process/wait-ready.ts';
import type { Settings } from '../settings.ts';
import { repoFolder } from '../toolbox.ts';
import { issuerAt } from './keycloak.ts';
import type { Folders, Part } from './part.ts';

export type ServiceName = 'gateway' | 'indexer' | 'query';

const readyMsMax = 90_000;
/** The services give themselves 25 s (AUDITBOX_STOP_DEADLINE_MS) and then end by themselves. */
const stopMsMax = 30_000;

export interface ServicePartOptions {
  readonly service: ServiceName;
  /** Differs from the service's name where it has replicas. */
  readonly name: string;
  readonly port: number;
  readonly metricsPort: number;
  readonly env: NodeJS.ProcessEnv;
  readonly folders: Folders;
}

export function servicePart(options: ServicePartOptions): Part {
  const { service, name, port, metricsPort, env, folders } = options;
  const log = new LogFile(join(folders.logs, `${name}.log`));
  return {
    name,
    logPath: log.path,
    stopMsMax,
    launch: async () =>
      new Child({
        file: process.execPath,
        args: [mainOf(service)],
        env: { ...env, PORT: String(port), AUDITBOX_METRICS_PORT: String(metricsPort) },
        cwd: repoFolder,
        log,
        recordPath: join(folders.run, `${name}.json`),
      }),
    ready: (child, stop) => {
      const isReady = async () => (await statusOf(`http://127.0.0.1:${port}/readyz`)) === 200;
      return waitReady(child, isReady, { timeoutMs: readyMsMax, stop });
    },
  };
}

function mainOf(service: ServiceName): string {
  return join(repoFolder, 'services', service, 'src', 'main.ts');
}

export interface Addresses {
  readonly kafkaBrokers: string;
  readonly elasticUri: string;
}

/**
 * What the services see: the user's own environment, our defaults for what it leaves open, and what belongs to a
 * local run whatever it says. Authentication is on where our Keycloak runs, and off by default without it; either way
 * they listen on loopback only, for every credential of a local run is published.
 */
export function serviceEnvironment(
  user: NodeJS.ProcessEnv,
  settings: Settings,
  { kafkaBrokers, elasticUri }: Addresses,
): NodeJS.ProcessEnv {
  const own = Object.entries(user).filter(([name, value]) => value !== '' && !/^npm_/i.test(name));
  return {
    ...authentication(
      own.map(([name]) => name),
      settings,
    ),
    AUDITBOX_BASE_URL: `http://localhost:${settings.gatewayPort}`,
    // One broker and one node hold one copy: said here, so that the services take it.
    AUDITBOX_ALLOW_WEAK_TOPIC: 'true',
    AUDITBOX_INDEX_REPLICAS: '0',
    AUDITBOX_LOG_LEVEL: settings.logLevel,
    ...Object.fromEntries(own),
    BINDING: '127.0.0.1',
    KAFKA_BROKERS: kafkaBrokers,
    ELASTIC_URI: elasticUri,
    AUDITBOX_QUERY_URL: `http://127.0.0.1:${settings.queryPort}`,
  };
}

/** A setting that the user gave as a file counts as given: the services refuse both. */
function authentication(
  given: readonly string[],
  { keycloak, keycloakPort }: Settings,
): Record<string, string> {
  const { issuer, audience, authorizeEndpoint, tokenEndpoint } = issuerAt(keycloakPort);
  const ours = keycloak
    ? {
        AUDITBOX_API_AUTH_ENABLED: 'true',
        IDP_ISSUER: issuer,
        IDP_AUDIENCE: audience,
        IDP_AUTHORIZE_ENDPOINT: authorizeEndpoint,
        IDP_TOKEN_ENDPOINT: tokenEndpoint,
      }
    : { AUDITBOX_API_AUTH_ENABLED: 'false' };
  return Object.fromEntries(Object.entries(ours).filter(([name]) => !given.includes(`${name}_FILE`)));
}
