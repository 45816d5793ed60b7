/** `npm start` as a process: what it refuses, it refuses whole, before anything is started. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freePorts, freshFolder } from '../src/index.ts';

const main = join(import.meta.dirname, '..', 'src', 'start.ts');

interface Ended {
  readonly status: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function start(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  return run(main, args, { HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, ...env });
}

function run(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) =>
      resolve({ status: error ? error.code : 0, stdout, stderr }),
    );
  });
}

it('reports all that is wrong with the machine together, exits with 78 and has started nothing', async () => {
  await using folder = freshFolder('refused');
  const [query, indexer, kafka, elastic, transport] = await freePorts(5);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const { status, stderr } = await start({
    PATH: '/nowhere',
    AUDITBOX_LOCAL_DIR: folder.path,
    PORT: String(port),
    AUDITBOX_QUERY_PORT: String(query),
    AUDITBOX_INDEXER_PORT: String(indexer),
    KAFKA_PORT: String(kafka),
    ELASTIC_PORT: String(elastic),
    ELASTIC_TRANSPORT_PORT: String(transport),
  });
  await new Promise((resolve) => server.close(resolve));
  expect(status).toBe(78);
  expect(stderr).toContain('mvn is not on PATH');
  expect(stderr).toContain(`Port ${port} for gateway is taken`);
  expect(readdirSync(join(folder.path, 'run'))).toEqual([]);
  expect(existsSync(join(folder.path, 'dist'))).toBe(false);
});

it('reports bad settings together with 78', async () => {
  const { status, stderr } = await start({ PORT: 'http', AUDITBOX_INDEXER_REPLICAS: '13' });
  expect(status).toBe(78);
  expect(stderr.trim().split('\n')).toHaveLength(2);
});

it('does not take a Kafka or Elasticsearch that does not answer', async () => {
  await using folder = freshFolder('external');
  const [kafka, elastic, gateway, query, indexer] = await freePorts(5);
  const { status, stderr } = await start({
    AUDITBOX_LOCAL_DIR: folder.path,
    KAFKA_BROKERS: `127.0.0.1:${kafka}`,
    ELASTIC_URI: `http://127.0.0.1:${elastic}`,
    PORT: String(gateway),
    AUDITBOX_QUERY_PORT: String(query),
    AUDITBOX_INDEXER_PORT: String(indexer),
  });
  expect(status).toBe(78);
  expect(stderr).toContain(`No Kafka broker of KAFKA_BROKERS (127.0.0.1:${kafka}) answers`);
  expect(stderr).toContain(`ELASTIC_URI (http://127.0.0.1:${elastic}) does not answer`);
});

it('refuses an argument that it does not know: a mistyped --keycloak must not start an open API', async () => {
  const { status, stderr } = await start({}, '--keyclok');
  expect(status).toBe(78);
  expect(stderr.trim()).toBe('npm start does not know "--keyclok"; it knows --keycloak and --help.');
});

it('prints its settings when asked for help', async () => {
  const { status, stdout } = await start({}, '--help');
  expect(status).toBe(0);
  expect(stdout).toContain('AUDITBOX_LOCAL_DIR');
});

it('npm test refuses backends that it does not know', async () => {
  const test = join(import.meta.dirname, '..', 'src', 'test.ts');
  const env = { ...process.env, AUDITBOX_TEST_BACKENDS: 'cloud' };
  const { status, stderr } = await run(test, ['--project', 'integration'], env);
  expect(status).toBe(78);
  expect(stderr.trim()).toBe('AUDITBOX_TEST_BACKENDS is "cloud", but must be local or containers.');
});
