/** A bound on a promise that has none. What it was waiting for goes on, and its later failure is nobody's. */

export class TooSlow extends Error {
  /** Named as kafkajs names its own: a lost answer is a fault of Kafka, not a foreign error. */
  override readonly name = 'KafkaJSTooSlow';
}

/** @throws TooSlow */
export async function withinMs<T>(promise: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TooSlow(`no end within ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
