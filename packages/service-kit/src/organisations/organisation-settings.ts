/** Where the organisations are listed, and what binds callers to some of them: the same at gateway and query. */
import { readFileSync } from 'node:fs';
import { JSON_POINTER, pointerPath } from '@auditbox/fhir-core';
import { Type } from '@sinclair/typebox';
import { AUTH_SETTINGS } from '../auth/auth-settings.ts';
import { listedFileProblems } from '../listed-file.ts';
import { type SettingsOf, setting } from '../settings.ts';
import { type ParsedOrganisations, parseOrganisations } from './organisation-list.ts';
import { type Organisations, organisationsOf } from './organisations.ts';

/** Characters: a claim that has a URL for its name. */
const POINTER_CHARS_MAX = 500;

export const ORGANISATION_SETTINGS = {
  organisations: setting(
    'AUDITBOX_ORGANISATIONS',
    Type.String({
      default: '',
      examples: '/etc/auditbox/organisations.json',
      description:
        'Path of a JSON file that lists organisations, each with the one above it: `[{"id": "group"}, {"id": "clinic-7", "parent": "group"}]`. Read at start, at gateway and query alike; see operations.md.',
    }),
  ),
  organisationClaim: setting(
    'AUDITBOX_ORGANISATION_CLAIM',
    Type.String({
      default: '',
      pattern: `^${JSON_POINTER}$`,
      maxLength: POINTER_CHARS_MAX,
      examples: '/org_id',
      description:
        'JSON Pointer (RFC 6901) to the claim that names the organisation, or an array of them, to which a caller is bound: it sends and sees events of these and of those below them, and no others. Not set: nobody is bound. At gateway and query alike.',
    }),
  ),
  organisationWithoutClaim: setting(
    'AUDITBOX_ORGANISATION_WITHOUT_CLAIM',
    Type.Union([Type.Literal('refuse'), Type.Literal('allow')], {
      default: 'refuse',
      description:
        'A caller without the claim of `AUDITBOX_ORGANISATION_CLAIM` may use no organisation (`refuse`) or is not bound (`allow`). At gateway and query alike.',
    }),
  ),
} as const;

export type OrganisationSettings = SettingsOf<typeof ORGANISATION_SETTINGS>;

/** What is wrong with them, and with the file by its places. */
export function organisationProblems(
  settings: OrganisationSettings & { readonly apiAuthEnabled: boolean },
): string[] {
  const { organisations: file, organisationClaim: claim } = ORGANISATION_SETTINGS;
  const auth = AUTH_SETTINGS.apiAuthEnabled.name;
  const problems = listedFileProblems(settings.organisations, parseOrganisations).map(
    (problem) => `${file.name}${problem}`,
  );
  if (settings.organisationClaim !== '' && !settings.apiAuthEnabled)
    problems.push(`${claim.name} is set, but ${auth} is false: nobody would be bound.`);
  return problems;
}

/** Of settings in which nothing is wrong. Throws where the file has changed since. */
export function openOrganisations(settings: OrganisationSettings): Organisations {
  const { organisations: file, organisationClaim: claim, organisationWithoutClaim: withoutClaim } = settings;
  const parsed: ParsedOrganisations =
    file === '' ? { organisations: [] } : parseOrganisations(readFileSync(file));
  if ('problems' in parsed)
    throw new Error(`${ORGANISATION_SETTINGS.organisations.name} is of no use. ${parsed.problems.join(' ')}`);
  const path = claim === '' ? undefined : pointerPath(claim);
  return organisationsOf(parsed.organisations, { path, withoutClaim });
}
