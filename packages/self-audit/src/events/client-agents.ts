/**
 * The client's side of an event: the node that the request came from, the application that a token was given to, and
 * the user behind it, as BALP's patterns for OAuth tokens have them. Exactly one of them is the requestor.
 */
import { isIP } from 'node:net';
import type { Caller } from '@auditbox/service-kit';
import { type Agent, APPLICATION, type Coding, USER } from './codes.ts';
import { foreignText, foreignUri } from './foreign-text.ts';

export type Client = {
  /** Undefined where nobody is verified. */
  readonly caller: Caller | undefined;
  readonly clientAddress?: string | undefined;
};

/** DICOM wants a user id in every report. */
const UNKNOWN = 'unknown';
const IP_ADDRESS = '2';

/** An IPv4 address that came to an IPv6 socket. */
const MAPPED = /^::ffff:(?=\d+\.)/i;

/** @param nobody what to call a requestor who is not verified */
export function clientAgents({ caller, clientAddress }: Client, type: Coding, nobody: string): Agent[] {
  const address = addressOf(clientAddress);
  const network = address === undefined ? {} : { network: { address, type: IP_ADDRESS } as const };
  const node = { type: { coding: [type] }, ...network };
  if (caller === undefined) return [{ ...node, who: { display: nobody }, requestor: true }];

  const { issuer, client, subject } = caller;
  const isUser = foreignText(subject) !== undefined;
  const application: Agent = {
    type: { coding: [APPLICATION] },
    who: { identifier: named(issuer, client) },
    requestor: !isUser,
    ...(!isUser && policyOf(caller)),
    ...network,
  };
  const agents = [{ ...node, who: { display: address ?? UNKNOWN }, requestor: false }, application];
  return isUser ? [...agents, userOf(caller)] : agents;
}

function userOf(caller: Caller): Agent {
  const name = foreignText(caller.username);
  return {
    type: { coding: [USER] },
    who: { identifier: named(caller.issuer, caller.subject) },
    ...(name !== undefined && { altId: name, name }),
    requestor: true,
    ...policyOf(caller),
  };
}

/** The token that was shown: what it allowed is the policy (BALP, OAUTHaccessTokenUse). */
function policyOf({ tokenId }: Caller): Pick<Agent, 'policy'> {
  const uri = foreignUri(tokenId);
  return uri === undefined ? {} : { policy: [uri] };
}

/** Who it is by its issuer's word, also where the issuer is called what is no uri. */
function named(issuer: string, id: string | undefined) {
  const system = foreignUri(issuer);
  const assigner = foreignText(issuer) ?? UNKNOWN;
  const value = foreignText(id) ?? UNKNOWN;
  return system === undefined ? { value, assigner: { display: assigner } } : { system, value };
}

/** A proxy may have said anything. */
function addressOf(text: string | undefined): string | undefined {
  const address = foreignText(text)?.replace(MAPPED, '');
  return address !== undefined && isIP(address) !== 0 ? address : undefined;
}
