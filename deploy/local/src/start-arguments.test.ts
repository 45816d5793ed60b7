import { expect, it } from 'vitest';
import { readSettings } from './settings.ts';
import { readArguments } from './start-arguments.ts';

it('are none by default', () => {
  expect(readArguments([])).toEqual({ help: false, settings: {} });
});

it('--keycloak is the setting of that name, and wins over the environment', () => {
  const read = readArguments(['--keycloak']);
  if ('problems' in read) throw new Error(read.problems.join());
  expect(readSettings({ AUDITBOX_LOCAL_KEYCLOAK: 'false', ...read.settings })).toMatchObject({
    settings: { keycloak: true, keycloakPort: 8888, keycloakHeap: '512m' },
  });
});

it.each(['--help', '-h'])('%s asks for help', (arg) => {
  expect(readArguments([arg])).toMatchObject({ help: true });
});

it('that are not known are refused, each of them, with what is known', () => {
  expect(readArguments(['--keyclok', '--keycloak', 'x'])).toEqual({
    problems: [
      'npm start does not know "--keyclok"; it knows --keycloak and --help.',
      'npm start does not know "x"; it knows --keycloak and --help.',
    ],
  });
});
