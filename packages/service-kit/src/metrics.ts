/**
 * What a service counts, in Prometheus' text format. Each instance has a registry of its own, so that several live in
 * one process. A label is a word from the code, never a client's: routes are templates, unknown ones are `-`.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type CounterOf = (count: number, label: string) => void;

export type Metrics = {
  readonly contentType: string;
  /** All of them as text. */
  readonly text: () => Promise<string>;
  /** One request that was answered, after so many seconds. */
  readonly request: (request: AnsweredRequest) => void;
  /** A counter by one label. Those of `values` are there from the start, so that a rate sees the first one. */
  readonly counter: (name: string, help: string, label: string, values: readonly string[]) => CounterOf;
  readonly histogram: (name: string, help: string, buckets: readonly number[]) => (value: number) => void;
  /** A histogram by labels, whose values are words from the code. */
  readonly labelledHistogram: <Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    buckets: readonly number[],
  ) => (labels: Readonly<Record<Label, string>>, value: number) => void;
  /** What is so at the moment of a scrape; `look` answers at once, from what is known. */
  readonly gauge: <Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    look: () => Iterable<readonly [Readonly<Record<Label, string>>, number]>,
  ) => void;
};

export type AnsweredRequest = {
  /** The template, as `/AuditEvent/:id`; `-` where there is none. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
};

/** Clients choose the method, and every label value is kept for ever. */
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Seconds: a read takes some milliseconds, a search at most 30 s. */
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** With the metrics of the process and of HTTP; `service` is on each of them. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'auditbox_http_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'auditbox_http_request_duration_seconds',
    help: 'Seconds from the headers of a request to those of its answer.',
    labelNames: ['route', 'method'],
    buckets: REQUEST_BUCKETS,
    registers,
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    request({ route, method: asked, status, seconds }) {
      const method = knownMethod(asked);
      requests.inc({ route, method, status });
      durations.observe({ route, method }, seconds);
    },
    counter(name, help, label, values) {
      const counter = new Counter({ name, help, labelNames: [label], registers });
      for (const value of values) counter.inc({ [label]: value }, 0);
      return (count, value) => counter.inc({ [label]: value }, count);
    },
    histogram(name, help, buckets) {
      const histogram = new Histogram({ name, help, buckets: [...buckets], registers });
      return (value) => histogram.observe(value);
    },
    labelledHistogram(name, help, labels, buckets) {
      const histogram = new Histogram({
        name,
        help,
        labelNames: [...labels],
        buckets: [...buckets],
        registers,
      });
      return (values, value) => histogram.observe({ ...values }, value);
    },
    gauge(name, help, labels, look) {
      const gauge = new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers,
        collect() {
          // What is gone, as a partition that another replica has now, is not to be seen any more.
          gauge.reset();
          for (const [values, value] of look()) gauge.set({ ...values }, value);
        },
      });
    },
  };
}

/** The method, or `other`. */
export function knownMethod(asked: string): string {
  return METHODS.includes(asked) ? asked : 'other';
}
