import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { backendArtifacts, differences, keycloakArtifacts, readPinned } from './pinned.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

it('pins every jar of Kafka and the zip of Elasticsearch', () => {
  const names = [...backendArtifacts.files.keys()];
  expect(names).toHaveLength(47);
  expect(names.filter((name) => name.endsWith('.zip'))).toEqual(['elasticsearch-9.5.3.zip']);
});

it('pins Keycloak in a list of its own, so that nobody fetches it unasked', () => {
  expect([...keycloakArtifacts.files.keys()]).toEqual(['keycloak-quarkus-dist-26.7.3.zip']);
});

it('reads what sha256sum writes', () => {
  const text = `${sha256('a')}  a.jar\n${sha256('b')} *b.jar\n`;
  expect(readPinned(text)).toEqual(
    new Map([
      ['a.jar', sha256('a')],
      ['b.jar', sha256('b')],
    ]),
  );
});

it('names what is missing, what is too much and what has other content', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'auditbox-pinned-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ['same.jar', 'changed.jar', 'surplus.jar']) writeFileSync(join(folder, name), name);
  const expected = new Map([
    ['same.jar', sha256('same.jar')],
    ['changed.jar', sha256('something else')],
    ['missing.jar', sha256('missing.jar')],
  ]);
  expect(await differences(folder, expected)).toEqual([
    'surplus.jar is not on the list',
    'missing.jar is missing',
    'changed.jar has other content',
  ]);
});
