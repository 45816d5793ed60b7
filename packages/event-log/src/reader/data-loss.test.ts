import { expect, it } from 'vitest';
import { askCoordinator } from './data-loss.ts';

const refused = (type: string) =>
  Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type, retriable: true });

it.each(['NOT_COORDINATOR_FOR_GROUP', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'GROUP_LOAD_IN_PROGRESS'])(
  'a coordinator that says %s is asked again',
  async (type) => {
    const answers = [() => Promise.reject(refused(type)), async () => 'offsets'];
    expect(await askCoordinator(() => answers.shift()!())).toBe('offsets');
  },
);

it('what another error says is not asked again', async () => {
  let asked = 0;
  const asking = askCoordinator(() => {
    asked += 1;
    return Promise.reject(refused('GROUP_AUTHORIZATION_FAILED'));
  });
  await expect(asking).rejects.toThrow('GROUP_AUTHORIZATION_FAILED');
  expect(asked).toBe(1);
});
