/** From what authentication refuses to the trail: every credential that was brought and refused, and every lack of a scope. */
import type { Refused } from '@auditbox/service-kit';
import type { Trail } from './trail.ts';

/**
 * Who brings nothing is told to log in, which is no attempt to; and where the issuer is away nobody was refused, as
 * nobody could judge.
 */
export function auditRefusals(trail: Pick<Trail, 'refused'>): (refused: Refused) => void {
  return ({ reason, ...about }) => {
    if (reason !== 'login' && reason !== 'unavailable') trail.refused({ reason, ...about });
  };
}
