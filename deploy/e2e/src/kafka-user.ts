/** What an operator does with Kafka's own tool: gives a user another password. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { freshFolder, openToolbox } from '@auditbox/local';

const run = promisify(execFile);

export async function setScramPassword(broker: string, user: string, password: string): Promise<void> {
  await using folder = freshFolder('kafka-configs');
  const { javaHome, dist } = await openToolbox({ runFolder: folder.path });
  await run(`${javaHome}/bin/java`, [
    ...['-cp', `${dist.kafka}/*`, 'kafka.admin.ConfigCommand'],
    ...['--bootstrap-server', broker, '--alter', '--entity-type', 'users', '--entity-name', user],
    ...['--add-config', `SCRAM-SHA-512=[password=${password}]`],
  ]);
}
