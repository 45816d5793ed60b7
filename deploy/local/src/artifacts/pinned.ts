/**
 * What is fetched, at which version and with which content: the checked-in lists (a file `sha256` beside its pom.xml)
 * are the authority. The versions are read from the names in them, so that they stand in one place.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export const artifactsFolder = join(import.meta.dirname, '..', '..', 'artifacts');

/** What Maven fetches together. */
export interface PinnedList {
  /** As messages name it. */
  readonly what: string;
  /** Its pom.xml and sha256 lie there. */
  readonly folder: string;
  /** File name → SHA-256 in hex. */
  readonly files: ReadonlyMap<string, string>;
  /** Of all files. */
  readonly megabytes: number;
  /** The one that takes the time, for progress: its folder in a Maven repository and its size. */
  readonly largest: { readonly path: readonly string[]; readonly megabytes: number };
}

const backendFiles = filesOf(artifactsFolder);
export const elasticsearchVersion = versionOf(backendFiles, /^elasticsearch-(\d.*)\.zip$/);
export const kafkaVersion = versionOf(backendFiles, /^kafka-clients-(\d.*)\.jar$/);

/** Kafka and Elasticsearch: every start and every test needs them. */
export const backendArtifacts: PinnedList = {
  what: 'Kafka and Elasticsearch',
  folder: artifactsFolder,
  files: backendFiles,
  megabytes: 180,
  largest: {
    path: ['org', 'elasticsearch', 'distribution', 'integ-test-zip', 'elasticsearch', elasticsearchVersion],
    // 132,390,005 bytes.
    megabytes: 132,
  },
};

export const keycloakFolder = join(artifactsFolder, 'keycloak');
const keycloakFiles = filesOf(keycloakFolder);
export const keycloakVersion = versionOf(keycloakFiles, /^keycloak-quarkus-dist-(\d.*)\.zip$/);

/** Fetched only when it is asked for. */
export const keycloakArtifacts: PinnedList = {
  what: 'Keycloak',
  folder: keycloakFolder,
  files: keycloakFiles,
  // One file of 176,710,367 bytes.
  megabytes: 177,
  largest: { path: ['org', 'keycloak', 'keycloak-quarkus-dist', keycloakVersion], megabytes: 177 },
};

const kafkaToolsFolder = join(artifactsFolder, 'kafka-tools');
const kafkaToolsFiles = filesOf(kafkaToolsFolder);
export const kafkaToolsJar = `kafka-tools-${versionOf(kafkaToolsFiles, /^kafka-tools-(\d.*)\.jar$/)}.jar`;

/** Kafka's own load tool: fetched only for a benchmark. */
export const kafkaToolsArtifacts: PinnedList = {
  what: "Kafka's tools",
  folder: kafkaToolsFolder,
  files: kafkaToolsFiles,
  // One file of 698,668 bytes.
  megabytes: 1,
  largest: { path: ['org', 'apache', 'kafka', 'kafka-tools', kafkaVersion], megabytes: 1 },
};

/** Lines as `sha256sum` writes them. */
export function readPinned(text: string): Map<string, string> {
  return new Map([...text.matchAll(/^([0-9a-f]{64}) [ *](\S+)$/gm)].map((match) => [match[2]!, match[1]!]));
}

/** Everything in the folder that is not exactly what is pinned, one phrase each. */
export async function differences(folder: string, expected: ReadonlyMap<string, string>): Promise<string[]> {
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

function filesOf(folder: string): ReadonlyMap<string, string> {
  return readPinned(readFileSync(join(folder, 'sha256'), 'utf8'));
}

function versionOf(files: ReadonlyMap<string, string>, pattern: RegExp): string {
  for (const name of files.keys()) {
    const version = pattern.exec(name)?.[1];
    if (version) return version;
  }
  throw new Error(`no pinned file is like ${pattern}`);
}
