/** `sender`, which is no element of an event: each event is sent by the client of its name; `{issuer}` is who vouches. */
import { KEY_ISSUER, SENDER_NAMES } from '../senders.ts';
import { allBut, type Parts, type Row } from './row.ts';

export const SENT_EVENTS: Parts = Object.fromEntries(SENDER_NAMES.map((name) => [name, {}]));

export const SENDER_ROWS: readonly Row[] = [
  ['sender={issuer}|ehr', ['ehr']],
  ['sender={issuer}|EHR', ['ehr-upper']],
  ['sender={issuer}|Ehr', []],
  ['sender={issuer}|eh', []],
  ['sender={issuer}/|ehr', []],
  [`sender=${KEY_ISSUER}|ehr`, ['key-ehr']],
  [`sender=${KEY_ISSUER.toUpperCase()}|ehr`, []],
  // Whoever vouches for it.
  ['sender=ehr', ['ehr', 'key-ehr']],
  ['sender=EHR', ['ehr-upper']],
  ['sender=Ehr', []],
  // Whomever it vouches for.
  ['sender={issuer}|', ['ehr', 'ehr-upper', 'query']],
  [`sender=${KEY_ISSUER}|`, ['key-ehr', 'key-anonymous']],
  ['sender={issuer}', []],
  ['sender={issuer}\\|ehr', []],
  // Nobody vouches for it.
  ['sender=|anonymous', ['nobody']],
  ['sender=|ehr', []],
  ['sender=anonymous', ['nobody', 'key-anonymous']],
  ['sender=|anonymous,{issuer}|ehr', ['nobody', 'ehr']],
  ['sender={issuer}|ehr&sender=ehr', ['ehr']],
  ['sender={issuer}|ehr&sender=|anonymous', []],
  // A client that is called as a service of ours is none.
  ['sender=urn:auditbox|query', []],
  ['sender=urn:auditbox|', []],
  ['sender=query', ['query']],
  ['sender:not={issuer}|ehr', allBut('ehr')],
  ['sender:not=ehr', allBut('ehr', 'key-ehr')],
  ['sender:not={issuer}|', ['key-ehr', 'key-anonymous', 'nobody']],
  ['sender:not=|anonymous', allBut('nobody')],
  ['sender:missing=true', []],
  ['sender:missing=false', allBut()],
];
