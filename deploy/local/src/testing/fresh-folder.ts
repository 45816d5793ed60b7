/**
 * A folder for one test, which the user that runs Elasticsearch may enter. Inside `npm test` it lies in the run's own
 * folder and is removed with it whatever happens; disposing removes it earlier.
 */
import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FreshFolder extends AsyncDisposable {
  readonly path: string;
}

export function freshFolder(name: string): FreshFolder {
  const path = mkdtempSync(join(process.env.AUDITBOX_TEST_RUN_DIR || tmpdir(), `${name}-`));
  chmodSync(path, 0o755);
  const options = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 };
  return { path, [Symbol.asyncDispose]: () => rm(path, options) };
}
