/**
 * What is fetched, at which version and with which content: the checked-in list artifacts/sha256 is the authority.
 * The versions are read from the names in it, so that they stand in one place beside artifacts/pom.xml.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export const artifactsFolder = join(import.meta.dirname, '..', '..', 'artifacts');

/** Of the zip, for progress: 132,390,005 bytes. */
export const elasticsearchMegabytes = 132;

/** File name → SHA-256 in hex. */
export const pinned: ReadonlyMap<string, string> = readPinned(
  readFileSync(join(artifactsFolder, 'sha256'), 'utf8'),
);

export const elasticsearchVersion = versionOf(/^elasticsearch-(\d.*)\.zip$/);
export const kafkaVersion = versionOf(/^kafka-clients-(\d.*)\.jar$/);

/** Lines as `sha256sum` writes them. */
export function readPinned(text: string): Map<string, string> {
  return new Map([...text.matchAll(/^([0-9a-f]{64}) [ *](\S+)$/gm)].map((match) => [match[2]!, match[1]!]));
}

/** Everything in the folder that is not exactly what is pinned, one phrase each. */
export async function differences(folder: string, expected = pinned): Promise<string[]> {
  const names = await readdir(folder);
  const surplus = names.filter((name) => !expected.has(name)).map((name) => `${name} is not on the list`);
  const missing = [...expected.keys()]
    .filter((name) => !names.includes(name))
    .map((name) => `${name} is missing`);
  const changed: string[] = [];
  for (const name of names) {
    const digest = expected.get(name);
    if (digest && (await sha256(join(folder, name))) !== digest) changed.push(`${name} has other content`);
  }
  return [...surplus, ...missing, ...changed];
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

function versionOf(pattern: RegExp): string {
  for (const name of pinned.keys()) {
    const version = pattern.exec(name)?.[1];
    if (version) return version;
  }
  throw new Error(`artifacts/sha256 has no file like ${pattern}`);
}
