/** Prometheus' text format (version 0.0.4), read as strictly as it is written: what is not valid throws. */

export type Samples = {
  /** The sum of the samples of this name with these labels; throws where there is none. */
  readonly sum: (name: string, labels?: Readonly<Record<string, string>>) => number;
  readonly names: readonly string[];
};

type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

const TYPE = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary)$/;
const HELP = /^# HELP [a-zA-Z_:][\w:]* \S.*$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
const UNITS = /_(?:seconds|bytes|records|events|partitions|in_flight|in_hand|total|ratio|info)$/;

export async function scrape(url: string): Promise<Samples> {
  const answer = await fetch(url);
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
  return samplesOf(await answer.text());
}

export function samplesOf(text: string): Samples {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const [, declared, type = ''] = TYPE.exec(line) ?? [];
    if (declared !== undefined) {
      if (types.has(declared)) throw new Error(`${declared} is declared twice`);
      types.set(declared, type);
    } else if (line !== '' && !HELP.test(line)) samples.push(sampleOf(line, types));
  }
  for (const [name, type] of types) {
    if (!name.startsWith('auditbox_')) continue;
    if ((type === 'counter') !== name.endsWith('_total')) throw new Error(`${name} is a ${type}`);
    if (!UNITS.test(name) && !/_(bulks_in_flight|stopped)$/.test(name))
      throw new Error(`${name} has no unit`);
  }
  const seen = new Set<string>();
  for (const { name, labels } of samples) {
    const key = JSON.stringify([name, Object.entries(labels).toSorted()]);
    if (seen.has(key)) throw new Error(`${key} is there twice`);
    seen.add(key);
  }
  return {
    names: [...types.keys()],
    sum(name, labels = {}) {
      const found = samples.filter(
        (sample) =>
          sample.name === name &&
          Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      );
      if (found.length === 0) throw new Error(`no ${name} ${JSON.stringify(labels)}`);
      return found.reduce((sum, { value }) => sum + value, 0);
    },
  };
}

function sampleOf(line: string, types: ReadonlyMap<string, string>): Sample {
  const [, name = '', text = '', number = ''] = SAMPLE.exec(line) ?? [];
  const family = types.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, '');
  if (!types.has(family)) throw new Error(`a sample without a type: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  let end = 0;
  for (let label = LABEL.exec(text); label !== null; label = LABEL.exec(text)) {
    labels[label[1] ?? ''] = label[2] ?? '';
    end = LABEL.lastIndex;
  }
  if (end !== text.length) throw new Error(`labels that can not be read: ${line}`);
  const value = Number(number === '+Inf' ? Number.POSITIVE_INFINITY : number);
  // As Go's ParseFloat, which decides, in any case: prom-client writes Nan.
  if (Number.isNaN(value) && number.toLowerCase() !== 'nan') throw new Error(`no number: ${line}`);
  return { name, labels, value };
}
