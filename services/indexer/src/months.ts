/** An operator's command: `node services/indexer/src/months.ts [list | hold 2025.03 | release 2025.03]`, with the indexer's settings. */
import { exitForSettings } from '@auditbox/service-kit';
import { monthsCommand, readMonthsConfig } from './months-command.ts';

const decoded = readMonthsConfig(process.env);
if ('problems' in decoded) exitForSettings('months', decoded.problems);
process.exitCode = await monthsCommand(process.argv.slice(2), decoded.settings, {
  say: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`months: ${text}\n`),
});
