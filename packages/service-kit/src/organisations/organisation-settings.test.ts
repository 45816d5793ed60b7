import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeSettings } from '../settings.ts';
import { ORGANISATION_SETTINGS, openOrganisations, organisationProblems } from './organisation-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'auditbox-organisations-'));
afterAll(() => rmSync(folder, { recursive: true }));

const settings = (given: object = {}) => ({
  apiAuthEnabled: true,
  organisations: '',
  organisationClaim: '',
  organisationWithoutClaim: 'refuse' as const,
  ...given,
});
const written = (text: string) => {
  const path = join(folder, 'organisations.json');
  writeFileSync(path, text);
  return path;
};

describe('the settings of organisations', () => {
  it('are optional', () => {
    expect(organisationProblems(settings())).toEqual([]);
    expect(openOrganisations(settings()).isKnown('clinic-7')).toBe(false);
    expect(openOrganisations(settings()).boundTo({})).toBe('unbound');
  });

  it('name a file and a claim', () => {
    const given = settings({
      organisations: written('[{"id":"group"},{"id":"clinic-7","parent":"group"}]'),
      organisationClaim: '/https:~1~1example.org~1org',
    });
    expect(organisationProblems(given)).toEqual([]);
    const organisations = openOrganisations(given);
    expect(organisations.parentOf('clinic-7')).toBe('group');
    expect(organisations.boundTo({ 'https://example.org/org': 'group' })).toMatchObject({
      folded: ['clinic-7', 'group'],
    });
  });

  it('name all that is wrong with the file, by its places', () => {
    const organisations = written('[{"id":"marked","parent":"gone"},{"id":""}]');
    expect(organisationProblems(settings({ organisations }))).toEqual([
      'AUDITBOX_ORGANISATIONS: /1/id is not what it has to be.',
    ]);
    const circle = settings({
      organisations: written('[{"id":"marked","parent":"marked"},{"id":"b","parent":"c"}]'),
    });
    const problems = ['/0 is above itself.', '/1/parent is no organisation of the list.'];
    expect(organisationProblems(circle)).toEqual(problems.map((each) => `AUDITBOX_ORGANISATIONS: ${each}`));
    expect(() => openOrganisations(circle)).toThrow(/^AUDITBOX_ORGANISATIONS is of no use\. (?!.*marked)/);
  });

  it.each([
    ['is not there', join(folder, 'marked', 'gone.json'), " names a file that can't be read."],
    ['is a folder', folder, ' names no file.'],
  ])('refuse a file that %s', (_what, organisations, problem) => {
    expect(organisationProblems(settings({ organisations }))).toEqual([`AUDITBOX_ORGANISATIONS${problem}`]);
  });

  it('do not read a file beyond its bound', () => {
    const organisations = written('[]');
    truncateSync(organisations, 1024 * 1024 + 1);
    expect(organisationProblems(settings({ organisations }))).toEqual([
      'AUDITBOX_ORGANISATIONS: it has more than 1048576 bytes.',
    ]);
  });

  it('bind nobody who has no token, and say so', () => {
    const given = settings({ apiAuthEnabled: false, organisationClaim: '/org' });
    expect(organisationProblems(given)).toEqual([
      'AUDITBOX_ORGANISATION_CLAIM is set, but AUDITBOX_API_AUTH_ENABLED is false: nobody would be bound.',
    ]);
  });

  it.each(['org', '/a~2', 'org/a'])('take no claim that is no pointer: %s', (claim) => {
    const decoded = decodeSettings(ORGANISATION_SETTINGS, { AUDITBOX_ORGANISATION_CLAIM: claim });
    expect(decoded).toEqual({ problems: [expect.stringMatching(/^AUDITBOX_ORGANISATION_CLAIM/)] });
  });
});
