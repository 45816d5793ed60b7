import { describe, expect, it } from 'vitest';
import { decodeSettings } from '../settings.ts';
import { parseApiKeys } from './api-key-list.ts';
import { apiKeysFile } from './api-key-settings.ts';

const hash = (index: number) => index.toString(16).padStart(64, '0');
const key = (more: object = {}) => ({
  sha256: hash(1),
  client: 'aidbox',
  scope: 'system/AuditEvent.c',
  ...more,
});
const parsed = (value: unknown) => parseApiKeys(Buffer.from(JSON.stringify(value)));

describe('the list of API keys', () => {
  it('is taken as it stands, hashes in lower case', () => {
    const full = key({ expires: '2027-01-01T00:00:00Z', claims: { site: 'north' } });
    expect(parsed([full, key({ sha256: 'F'.repeat(64) })])).toEqual({
      keys: [full, key({ sha256: 'f'.repeat(64) })],
    });
    expect(parsed([])).toEqual({ keys: [] });
  });

  it.each<[string, unknown]>([
    ['client', 'a'.repeat(200)],
    ['scope', `system/AuditEvent.c ${'s'.repeat(1980)}`],
    ['expires', '2028-02-29T23:59:59.123456789+05:30'],
    ['claims', Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`c${index}`, index]))],
  ])('takes %s at its bound', (name, value) =>
    expect(parsed([key({ [name]: value })])).toEqual({ keys: [key({ [name]: value })] }),
  );

  it.each<[string, unknown]>([
    ['sha256', 'f'.repeat(63)],
    ['sha256', 'g'.repeat(64)],
    ['sha256', 1],
    ['client', ''],
    ['client', 'a'.repeat(201)],
    ['client', 'a|b'],
    ['client', 'ä'],
    ['scope', ''],
    ['scope', ' system/AuditEvent.c'],
    ['scope', 'a  b'],
    ['scope', 'a\nb'],
    ['scope', 's'.repeat(2001)],
    ['expires', '2027-01-01'],
    ['expires', '2027-01-01T00:00:00'],
    ['expires', '2027-02-29T00:00:00Z'],
    ['expires', '2027-01-01T24:00:00Z'],
    ['expires', 1_798_761_600],
    ['claims', []],
    ['claims', null],
    ['claims', Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`c${index}`, index]))],
  ])('names the place of a wrong %s, never its value', (name, value) =>
    expect(parsed([key(), key({ sha256: hash(2), [name]: value })])).toEqual({
      problems: [`/1/${name} is not what it has to be.`],
    }),
  );

  it('names every place at once, and nothing that stands there', () => {
    const { sha256, ...without } = key();
    const problems = parsed([
      without,
      key({ expires: 'Erika' }),
      { ...key({ sha256: hash(2) }), 'Erika/Mustermann': 'Erika' },
      'Erika',
      key({ scope: '' }),
    ]);
    expect(problems).toEqual({
      problems: [
        '/0/sha256 is missing.',
        '/1/expires is not what it has to be.',
        '/2 has a property that is not known.',
        '/3 is not what it has to be.',
        '/4/scope is not what it has to be.',
      ],
    });
  });

  it('has no key that opens nothing', () =>
    expect(parsed([key(), key({ sha256: hash(2), scope: 'system/AuditEvent.w openid' })])).toEqual({
      problems: ['/1/scope allows nothing here.'],
    }));

  it('may have two keys of one client, never one key twice', () => {
    expect(parsed([key(), key({ sha256: hash(2) })])).toHaveProperty('keys');
    const upper = key({ sha256: 'A'.repeat(64), client: 'other' });
    expect(parsed([key({ sha256: 'a'.repeat(64) }), key(), upper, key()])).toEqual({
      problems: ['/2/sha256 is there before.', '/3/sha256 is there before.'],
    });
  });

  it('has at most 1000 keys', () => {
    const keys = Array.from({ length: 1001 }, (_, index) => key({ sha256: hash(index) }));
    expect(parsed(keys.slice(1))).toHaveProperty('keys');
    expect(parsed(keys)).toEqual({ problems: ['It has more than 1000 keys.'] });
  });

  it('names 50 problems at most', () =>
    expect(parsed(Array(100).fill(null))).toMatchObject({ problems: { length: 50 } }));

  it.each([
    ['no JSON', Buffer.from('[{"sha256": Erika')],
    ['no UTF-8', Buffer.from('["Müller"]', 'latin1')],
    ['empty', Buffer.alloc(0)],
  ])('that is %s is refused', (_what, bytes) =>
    expect(parseApiKeys(bytes)).toEqual({ problems: ['It is not JSON in UTF-8.'] }),
  );

  it('is a list', () => expect(parsed({ keys: [] })).toEqual({ problems: ['It is not a list.'] }));
});

describe('AUDITBOX_API_KEYS_FILE', () => {
  it('is a path, not the file that holds another setting', () => {
    const decoded = (environment: Record<string, string>) => decodeSettings({ apiKeysFile }, environment);
    expect(decoded({})).toEqual({ settings: { apiKeysFile: '' } });
    expect(decoded({ AUDITBOX_API_KEYS_FILE: '/no/such/file' })).toEqual({
      settings: { apiKeysFile: '/no/such/file' },
    });
  });
});
