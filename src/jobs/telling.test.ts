import { expect, test } from 'vitest';
import type { AbortSignalLike, Clock } from '../model/clock.ts';
import { startTelling } from './telling.ts';

/** A clock whose sleeps end when the test says so. */
function handClock() {
  const waiting: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    sleep: (_ms: number, signal?: AbortSignalLike) =>
      new Promise((resolve, reject) => {
        waiting.push(resolve);
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  };
  const wake = async () => {
    for (const end of waiting.splice(0)) end();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return { clock, wake };
}

test('both loops go on until nothing is left, survive a fault, and end when they are stopped', async () => {
  const { clock, wake } = handClock();
  const calls: string[] = [];
  const lines: string[] = [];
  let left = 3;
  const telling = startTelling({
    clock,
    random: { next: () => 0.5 },
    log: (event, facts) => lines.push(`${event} ${JSON.stringify(facts)}`),
    tell: async () => {
      calls.push('tell');
      if (left === 1) {
        left = 0;
        throw new TypeError('the database is away: secret');
      }
      left = Math.max(0, left - 1);
      return left;
    },
    look: async () => {
      calls.push('look');
      return 0;
    },
  });
  await wake();
  expect(calls.filter((call) => call === 'tell')).toHaveLength(3);
  expect(lines).toEqual(['notices.fault {"loop":"tell","error":"TypeError"}']);
  await wake();
  expect(calls.filter((call) => call === 'tell')).toHaveLength(4);
  expect(calls.filter((call) => call === 'look')).toHaveLength(2);
  await telling.stop();
});
