/** `npm run verify`: says for every record of the log what became of it, and ends with what that means as a status. */
import { EventLogError } from '@auditbox/event-log';
import { connectElastic } from '@auditbox/indexer/elastic/client';
import { elasticClientOptions, exitForSettings, kafkaConnection } from '@auditbox/service-kit';
import { type Asked, parseArguments, USAGE } from './arguments.ts';
import { faultText } from './fault-text.ts';
import { exitStatus } from './incomplete.ts';
import { verify } from './index.ts';
import { progressLine } from './progress-line.ts';
import { reportText } from './report-text.ts';
import { groupsOf, readSettings } from './settings.ts';
import { UnknownPartitionError } from './verify-range.ts';

const WRONG_ARGUMENTS = 2;
const UNREADABLE = 3;
/** EX_SOFTWARE of sysexits.h: this program's own fault, which says nothing of the store. */
const FAULTY = 70;

for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, endFaulty);

const parsed = parseArguments(process.argv.slice(2));
if ('help' in parsed) process.stdout.write(USAGE);
else if ('problem' in parsed) {
  process.stderr.write(`verify: ${parsed.problem}\n`);
  process.exitCode = WRONG_ARGUMENTS;
} else {
  const decoded = readSettings(process.env);
  if ('problems' in decoded) exitForSettings('verify', decoded.problems);
  try {
    process.exitCode = await run(parsed.asked, decoded.settings);
  } catch (error) {
    const isWrong = error instanceof UnknownPartitionError;
    const reason = isWrong ? error.message : unreadable(error);
    if (reason === undefined) endFaulty(error);
    process.stderr.write(`verify: ${reason} Nothing is proven.\n`);
    process.exitCode = isWrong ? WRONG_ARGUMENTS : UNREADABLE;
  }
}

type Settings = Extract<ReturnType<typeof readSettings>, { settings: unknown }>['settings'];

async function run({ range, repair, json, waitMs }: Asked, settings: Settings): Promise<number> {
  const kafka = kafkaConnection(settings, 'auditbox-verify');
  const client = await connectElastic(elasticClientOptions(settings));
  const progress = progressLine(process.stderr, () => performance.now());
  try {
    const { eventsTopic, quarantineTopic, indexPrefix, quarantineIndex } = settings;
    const groups = groupsOf(settings);
    const report = await verify({
      ...{ kafka, client, eventsTopic, quarantineTopic, indexPrefix, quarantineIndex, groups },
      ...{ range, waitMs, onProgress: progress.show },
      ...(repair && { repair: settings }),
    });
    progress.end();
    process.stdout.write(json ? `${JSON.stringify(report, withBigInts)}\n` : reportText(report));
    return exitStatus(report);
  } finally {
    progress.end();
    await client.close();
  }
}

/** Why Kafka or Elasticsearch could not be read; undefined for any other error, which is this program's. */
function unreadable(error: unknown): string | undefined {
  if (error instanceof EventLogError) return `Kafka can't be read (${error.code}): ${error.message}.`;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && code.startsWith('elasticsearch-'))
    return `Elasticsearch can't be read (${code}).`;
  return undefined;
}

/** What it says can quote what is stored: its name and where it came from are enough. */
function endFaulty(error: unknown): never {
  process.stderr.write(`verify: a fault of its own, nothing is proven. ${faultText(error)}\n`);
  process.exit(FAULTY);
}

/** Offsets are text: JSON numbers end before they do. */
function withBigInts(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
