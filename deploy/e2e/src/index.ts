/** What other deploy packages use: events to send, the API as a client sees it, settings of a test's own, the topic. */
export { type AidboxEvent, type ForwarderForm, forward } from './aidbox-forwarder.ts';
export { type Bundle, post, type Resource, search } from './client.ts';
export { generatedEvent, keyOf, uuidV7 } from './generated-events.ts';
export { startOlderRelease } from './older-release.ts';
export { type Environment, ownEnvironment } from './pipeline.ts';
export { topicRecords } from './stored-events.ts';
