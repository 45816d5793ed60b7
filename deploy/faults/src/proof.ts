/** deploy/verify as the oracle of a round: every record of the topic beside every document, to the byte. */
import { connectElastic } from '@auditbox/indexer/elastic/client';
import { type Difference, verify } from '@auditbox/verify';
import type { Stage } from './stage.ts';

/** Of what it says, as much as a person reads. */
const NAMED_MAX = 5;

/** What it finds wrong, each in one sentence; none: the store equals the log. */
export async function prove({ environment, backends, expected }: Stage): Promise<readonly string[]> {
  const client = await connectElastic({ node: backends.elasticsearch.uri });
  try {
    const { differences, differencesTotal, incomplete } = await verify({
      kafka: { brokers: [backends.kafka.brokers], clientId: 'faults' },
      client,
      eventsTopic: environment.AUDITBOX_EVENTS_TOPIC!,
      quarantineTopic: environment.AUDITBOX_QUARANTINE_TOPIC!,
      indexPrefix: environment.AUDITBOX_INDEX_PREFIX!,
      quarantineIndex: environment.AUDITBOX_QUARANTINE_INDEX!,
    });
    const named = differences.slice(0, NAMED_MAX).map(sentence);
    if (differencesTotal > NAMED_MAX) named.push(`verify finds ${differencesTotal} differences`);
    // Where a round deletes records, what they were can't be proven.
    const deletes = expected.deleted.size + expected.forgotten.size > 0;
    const unjudged = incomplete.filter((reason) => !deletes || reason !== 'unproven');
    return unjudged.length > 0 ? [...named, `verify could not judge all: ${unjudged.join(', ')}`] : named;
  } finally {
    await client.close();
  }
}

function sentence({ verdict, place, id, index, part }: Difference): string {
  return ['verify:', verdict, place, id, index, part].filter((word) => word !== undefined).join(' ');
}
