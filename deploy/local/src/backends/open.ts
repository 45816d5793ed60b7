/** Chooses where the backends of a test run come from: AUDITBOX_TEST_BACKENDS=local (the default) or containers. */
import { refusal } from '../failure.ts';
import type { Backends, BackendsOptions } from './backends.ts';
import { localBackends } from './local.ts';

export async function openBackends(options: BackendsOptions): Promise<Backends> {
  const choice = process.env.AUDITBOX_TEST_BACKENDS || 'local';
  if (choice === 'local') return localBackends(options);
  if (choice !== 'containers') {
    throw refusal([`AUDITBOX_TEST_BACKENDS is "${choice}", but must be local or containers.`]);
  }
  const { containerBackends } = await import('./containers.ts');
  return containerBackends(options);
}
