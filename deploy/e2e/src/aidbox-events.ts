/** The events that Aidbox has to forward: those of its own, and real ones that others wrote to it. Each has an id. */
import { readFileSync } from 'node:fs';
import type { AidboxEvent } from './aidbox-forwarder.ts';
import type { Bundle, Resource } from './client.ts';
import { generatedEvent, uuidV7 } from './generated-events.ts';

/** The 39 events of HAPI's BALP interceptor and of Keycloak's plugin, tagged with `sender`; an id where there is none. */
export function fixtureEvents(sender: string): readonly AidboxEvent[] {
  return ['hapi-balp-generated', 'keycloak-plugin'].flatMap((source) => {
    const file = new URL(
      `../../../packages/fhir-core/fixtures/${source}/bundle-collection.json`,
      import.meta.url,
    );
    const { entry = [] } = JSON.parse(readFileSync(file, 'utf8')) as Bundle;
    return entry.map(({ resource }) => tagged({ ...resource, id: resource.id ?? uuidV7() }, sender));
  });
}

/** Events as Aidbox itself writes them, of 2 KB each. */
export function aidboxEvents(sender: string, count: number): readonly AidboxEvent[] {
  return Array.from({ length: count }, (_, n) => {
    const id = uuidV7();
    return { ...generatedEvent({ sender, key: `${sender}-${n}`, id, bytes: 2_000 }), id };
  });
}

function tagged(event: Resource, sender: string): AidboxEvent {
  const { meta = {}, ...rest } = event as Resource & { meta?: object };
  return { ...rest, meta: { ...meta, tag: [{ system: 'urn:test:sender', code: sender }] } };
}
