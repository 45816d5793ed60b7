/**
 * Where the next send goes: partitions of one live leader, in turn, avoiding those that failed lately.
 *
 * One leader a send, because kafkajs counts a send to several brokers by broker: a partition whose leader moves
 * between its attempts, to a broker that has already answered, is never sent and yet reported as stored.
 */
import type { PartitionView } from '../topic-view.ts';

/** How long a partition is avoided after its first failure, and after many. */
const AVOID_MS_FIRST = 100;
const AVOID_MS_MAX = 5_000;

type Standing = { failures: number; avoidedUntilMs: number };

export type Choice =
  | { readonly kind: 'partitions'; readonly partitions: readonly number[] }
  /** All that have a leader failed lately. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'none-live' };

export class PartitionChoice {
  #partitions: readonly PartitionView[] = [];
  #standings = new Map<number, Standing>();
  #next = 0;

  see(partitions: readonly PartitionView[]): void {
    this.#partitions = partitions;
  }

  get liveCount(): number {
    return this.#partitions.filter(isLive).length;
  }

  /** @param countMax how many partitions the send may carry */
  choose(nowMs: number, countMax: number): Choice {
    const inTurn = [...this.#partitions.slice(this.#next), ...this.#partitions.slice(0, this.#next)];
    const live = inTurn.filter(isLive);
    const fit = live.filter(({ id }) => this.#avoidedUntil(id) <= nowMs);
    const [first] = fit;
    if (first === undefined) {
      if (live.length === 0) return { kind: 'none-live' };
      return { kind: 'wait', ms: Math.min(...live.map(({ id }) => this.#avoidedUntil(id))) - nowMs };
    }
    this.#next = (this.#partitions.indexOf(first) + 1) % this.#partitions.length;
    const ofOneLeader = fit.filter(({ leader }) => leader === first.leader).slice(0, countMax);
    return { kind: 'partitions', partitions: ofOneLeader.map(({ id }) => id) };
  }

  stored(partition: number): void {
    this.#standings.delete(partition);
  }

  failed(partitions: readonly number[], nowMs: number): void {
    for (const id of partitions) {
      const failures = (this.#standings.get(id)?.failures ?? 0) + 1;
      const avoidMs = Math.min(AVOID_MS_FIRST * 2 ** (failures - 1), AVOID_MS_MAX);
      this.#standings.set(id, { failures, avoidedUntilMs: nowMs + avoidMs });
    }
  }

  /** All partitions that have the same leader as this one. */
  besides(partition: number): number[] {
    const leader = this.#partitions.find(({ id }) => id === partition)?.leader;
    return this.#partitions.filter((other) => other.leader === leader).map(({ id }) => id);
  }

  #avoidedUntil(id: number): number {
    return this.#standings.get(id)?.avoidedUntilMs ?? 0;
  }
}

function isLive({ leader }: PartitionView): boolean {
  return leader >= 0;
}
