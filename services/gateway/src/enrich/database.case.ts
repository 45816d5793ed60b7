/**
 * Writes a small database as the specification of the format has it (MaxMind DB File Format Specification 2.0), so that
 * tests can say what is in one, and what is wrong with one.
 */

type Value = number | string | boolean | readonly Value[] | { readonly [name: string]: Value };

export type DatabaseParts = {
  /** By a network, such as `9.0.0.0/8`, what is known of it. */
  readonly networks: Readonly<Record<string, Value>>;
  readonly ipVersion?: 4 | 6;
  readonly recordBits?: 24 | 32;
  readonly metadata?: Readonly<Record<string, Value>>;
};

const [STRING, DOUBLE, UINT32, MAP, ARRAY, BOOLEAN] = [2, 3, 6, 7, 11, 14];
/** Of IPv4 addresses in a tree of IPv6 ones: `::/96`. */
const IPV4_DEPTH = 96;

export function databaseOf(parts: DatabaseParts): Buffer {
  const { networks, ipVersion = 6, recordBits = 24, metadata = {} } = parts;
  const nodes: [left: number | undefined, right: number | undefined][] = [[undefined, undefined]];
  const data: Buffer[] = [];
  const leaves: { node: number; bit: 0 | 1; offset: number }[] = [];
  for (const [network, value] of Object.entries(networks)) {
    const bits = bitsOf(network, ipVersion);
    let node = 0;
    for (const bit of bits.slice(0, -1)) {
      const next = nodes[node]![bit] ?? nodes.push([undefined, undefined]) - 1;
      nodes[node]![bit] = next;
      node = next;
    }
    leaves.push({ node, bit: bits.at(-1)!, offset: Buffer.concat(data).length });
    data.push(encoded(value));
  }
  for (const { node, bit, offset } of leaves) nodes[node]![bit] = nodes.length + 16 + offset;
  const tree = nodes.flat().map((record) => {
    const bytes = Buffer.alloc(recordBits / 8);
    bytes.writeUIntBE(record ?? nodes.length, 0, bytes.length);
    return bytes;
  });
  const about = encoded({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_767_225_600,
    database_type: 'Test',
    description: { en: 'Test' },
    ip_version: ipVersion,
    languages: ['en'],
    node_count: nodes.length,
    record_size: recordBits,
    ...metadata,
  });
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([...tree, Buffer.alloc(16), ...data, marker, about]);
}

function encoded(value: Value): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([control(STRING, bytes.length), bytes]);
  }
  if (typeof value === 'boolean') return control(BOOLEAN, value ? 1 : 0);
  if (typeof value === 'number') {
    const isDouble = !Number.isInteger(value) || value < 0;
    const bytes = Buffer.alloc(isDouble ? 8 : 4);
    if (isDouble) bytes.writeDoubleBE(value);
    else bytes.writeUInt32BE(value);
    return Buffer.concat([control(isDouble ? DOUBLE : UINT32, bytes.length), bytes]);
  }
  if (isList(value)) return Buffer.concat([control(ARRAY, value.length), ...value.map(encoded)]);
  const entries = Object.entries(value);
  return Buffer.concat([
    control(MAP, entries.length),
    ...entries.flatMap(([name, each]) => [encoded(name), encoded(each)]),
  ]);
}

/** Types above 7 stand in a byte of their own, and so does a length above 28. */
function control(type: number, length: number): Buffer {
  const size = length < 29 ? [length] : [29, length - 29];
  const [short = 0, ...rest] = size;
  return type > 7 ? Buffer.from([short, type - 7, ...rest]) : Buffer.from([(type << 5) | short, ...rest]);
}

function bitsOf(network: string, ipVersion: 4 | 6): (0 | 1)[] {
  const [address = '', length] = network.split('/');
  const isIpv6 = address.includes(':');
  const bytes = isIpv6 ? ipv6Bytes(address) : address.split('.').map(Number);
  const bits = bytes.flatMap((byte) => [...byte.toString(2).padStart(8, '0')].map((bit) => Number(bit)));
  const padding = !isIpv6 && ipVersion === 6 ? Array<0>(IPV4_DEPTH).fill(0) : [];
  return [...padding, ...bits.slice(0, Number(length))] as (0 | 1)[];
}

/** Of an address that ends with `::`. */
function ipv6Bytes(address: string): number[] {
  const groups = address
    .replace(/::$/, '')
    .split(':')
    .map((group) => Number.parseInt(group, 16));
  const bytes = groups.flatMap((group) => [group >> 8, group & 0xff]);
  return [...bytes, ...Array<number>(16 - bytes.length).fill(0)];
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
