/**
 * Where addresses are, out of files in MaxMind's format (MaxMind DB File Format Specification 2.0). They are held in
 * memory, once: a lookup takes microseconds and asks nobody.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { type CityResponse, Reader } from 'mmdb-lib';
import { parseMetadata } from 'mmdb-lib/lib/metadata.js';

const MIB = 1024 * 1024;

/** Bytes of a file, which are bytes of memory: the largest that are sold have half of it. */
export const DATABASE_BYTES_MAX = 1024 * MIB;

/** The metadata begins behind the last of these, at most 128 KiB before the end of the file. */
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
const METADATA_BYTES_MAX = 128 * 1024;

const FORMAT_VERSION = 2;
/** Bytes between the tree and the data. */
const SEPARATOR_BYTES = 16;

export type GeoDatabase = {
  /** What is known of an address, in whatever form; null or undefined: nothing. Throws where a file is damaged. */
  readonly look: (address: string) => unknown;
  /** When it was made, of several the oldest. */
  readonly builtAt: Date;
};

/** What is wrong with the file, without reading the whole of it; undefined: nothing. Completes "…names". */
export function geoDatabaseProblem(path: string): string | undefined {
  try {
    using file = opened(path);
    const stats = fstatSync(file.descriptor);
    if (!stats.isFile()) return 'names no file';
    if (stats.size > DATABASE_BYTES_MAX)
      return `names a file of more than ${DATABASE_BYTES_MAX / MIB} MiB, which would all be held in memory`;
    const tail = Buffer.alloc(Math.min(stats.size, METADATA_BYTES_MAX + MARKER.length));
    readSync(file.descriptor, tail, 0, tail.length, stats.size - tail.length);
    return isWhole(tail, stats.size) ? undefined : 'names a file that is no whole database (.mmdb)';
  } catch {
    return "names a file that can't be read";
  }
}

/**
 * Of files in which nothing is wrong; the first that knows an address counts, as some have IPv4 and IPv6 apart. Throws
 * where that has changed since.
 */
export function openGeoDatabases(paths: readonly string[]): GeoDatabase | undefined {
  if (paths.length === 0) return undefined;
  const databases = paths.map(openGeoDatabase);
  return {
    look: (address) => {
      for (const { look } of databases) {
        const found = look(address);
        if (found !== undefined && found !== null) return found;
      }
      return undefined;
    },
    builtAt: new Date(Math.min(...databases.map(({ builtAt }) => builtAt.getTime()))),
  };
}

function openGeoDatabase(path: string): GeoDatabase {
  const bytes = readFileSync(path);
  if (!isWhole(bytes.subarray(-METADATA_BYTES_MAX - MARKER.length), bytes.length))
    throw new Error('AUDITBOX_GEO_DATABASE names a file that is no whole database (.mmdb).');
  const reader = new Reader<CityResponse>(bytes);
  const { ipVersion, buildEpoch } = reader.metadata;
  return {
    // A tree of IPv4 addresses would be walked by the first bits of an IPv6 one.
    look: (address) => (ipVersion === 4 && !isIPv4(address) ? undefined : reader.get(address)),
    builtAt: buildEpoch,
  };
}

/** Whether what the metadata tells of can be in a file of this size. */
function isWhole(tail: Buffer, fileBytes: number): boolean {
  const marker = tail.lastIndexOf(MARKER);
  if (marker < 0) return false;
  try {
    const metadata = parseMetadata(tail.subarray(marker));
    const { binaryFormatMajorVersion, nodeCount, searchTreeSize, ipVersion } = metadata;
    return (
      binaryFormatMajorVersion === FORMAT_VERSION &&
      (ipVersion === 4 || ipVersion === 6) &&
      nodeCount > 0 &&
      searchTreeSize + SEPARATOR_BYTES < fileBytes
    );
  } catch {
    return false;
  }
}

function opened(path: string): Disposable & { readonly descriptor: number } {
  const descriptor = openSync(path, 'r');
  return { descriptor, [Symbol.dispose]: () => closeSync(descriptor) };
}
