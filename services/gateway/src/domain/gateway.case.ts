/** What the tests of this folder start from: the digests that the service gives, a time, and bodies as they come. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { parseJson } from '@auditbox/fhir-core';
import { type DecideDependencies, decideBundle, decideEvent, type Submission } from './decide.ts';

export const RECEIVED = new Date('2026-02-01T10:00:00.000Z');

export const EVENT = {
  resourceType: 'AuditEvent',
  type: { code: '110100' },
  recorded: '2026-01-16T16:03:16Z',
  agent: [{ requestor: true }],
  source: { observer: { display: 'My System' } },
} as const;

export const { recorded: _recorded, ...INVALID } = EVENT;

export function dependencies(part: Partial<DecideDependencies> = {}, key = ''): DecideDependencies {
  return {
    randomBytes,
    sha256: (data) => createHash('sha256').update(data).digest('hex'),
    keyedDigest: (text) =>
      (key === '' ? createHash('sha256') : createHmac('sha256', key)).update(text).digest(),
    bundleEntriesMax: 100,
    eventBytesMax: 10_000,
    retention: 'off',
    ...part,
  };
}

export function submitted(body: unknown, part: Partial<Omit<Submission, 'body'>> = {}): Submission {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const parsed = parseJson(bytes, { levelsMax: 64 });
  return {
    body:
      parsed.kind === 'parsed'
        ? Object.assign(parsed, { bytes })
        : { kind: 'unreadable', reason: 'not-json', issues: parsed.issues, bytes },
    sending: { sender: 'a' },
    received: RECEIVED,
    about: { requestId: 'r-1' },
    onInvalid: 'reject',
    ...part,
  };
}

export const bundleOf = (type: string, ...resources: unknown[]) => ({
  resourceType: 'Bundle',
  type,
  entry: resources.map((resource) => ({
    ...(type !== 'collection' && { request: { method: 'POST', url: 'AuditEvent' } }),
    resource,
  })),
});

/** As Aidbox notifies since release 2609. */
export const notificationOf = (...resources: unknown[]) => {
  const { entry, ...bundle } = bundleOf('history', ...resources);
  const status = {
    resourceType: 'AidboxSubscriptionStatus',
    status: 'active',
    type: 'event-notification',
    notificationEvent: resources.map((_, at) => ({
      eventNumber: at + 1,
      focus: { reference: 'AuditEvent/1' },
    })),
    topic: 'http://example.org/topic',
    'topic-destination': { reference: 'AidboxTopicDestination/audit-log-webhook' },
  };
  return { ...bundle, timestamp: '2026-09-30T10:07:55Z', entry: [{ resource: status }, ...entry] };
};

export const event = (body: unknown, part: Partial<Omit<Submission, 'body'>> = {}) =>
  decideEvent(submitted(body, part), dependencies());

export const bundle = (body: unknown, part: Partial<Omit<Submission, 'body'>> = {}) =>
  decideBundle(submitted(body, part), dependencies());
