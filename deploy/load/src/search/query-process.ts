/** The service query as a process of its own, with the settings of a run. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EHR_BASE } from './event.ts';

/** The line of the log that says so, with the port in it. */
const READY = /"port":(\d+)[^\n]*"msg":"ready"/;

export type QueryProcess = AsyncDisposable & { readonly url: URL; readonly pid: number };

/** The base under which query knows itself; with EHR_BASE, which it is told is the same. */
export const OWN_BASE = 'http://localhost:3002';

export async function startQueryProcess(elasticUri: string, port: number): Promise<QueryProcess> {
  const main = fileURLToPath(new URL('../../../../services/query/src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      ELASTIC_URI: elasticUri,
      PORT: String(port),
      AUDITBOX_METRICS_PORT: 'off',
      BINDING: '127.0.0.1',
      AUDITBOX_API_AUTH_ENABLED: 'false',
      AUDITBOX_BASE_URL: OWN_BASE,
      AUDITBOX_BASE_ALIASES: EHR_BASE,
    },
  });
  const readyPort = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
      const found = READY.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`bench: query ended with ${code}: ${output}`)));
  });
  return {
    url: new URL(`http://127.0.0.1:${readyPort}`),
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}
