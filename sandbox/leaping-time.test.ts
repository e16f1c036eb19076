/** Proves that a leap wakes whoever's time has come, and nobody else. */
import { expect, test } from 'vitest';
import { createLeapingTime } from './leaping-time.ts';

const HOUR = 3_600_000;

test('a leap wakes who sleeps less than it, and leaves the others asleep', async () => {
  const time = createLeapingTime();
  const woken: string[] = [];
  const later = new AbortController();
  const short = time.sleep(HOUR).then(() => woken.push('an hour'));
  const long = time.sleep(3 * HOUR, later.signal).catch(() => woken.push('called off'));
  const before = time.now();
  time.leap(2 * HOUR);
  await short;
  expect(woken).toEqual(['an hour']);
  expect(time.now() - before).toBeGreaterThanOrEqual(2 * HOUR);
  later.abort();
  await long;
  expect(woken).toEqual(['an hour', 'called off']);
});

test('time never goes back, and waits without a leap end by themselves', async () => {
  const time = createLeapingTime();
  const before = time.now();
  time.leap(-HOUR);
  expect(time.now()).toBeGreaterThanOrEqual(before);
  await time.sleep(5);
  expect(time.now()).toBeGreaterThan(before);
});

test('who comes with a signal that is aborted does not sleep', async () => {
  await expect(createLeapingTime().sleep(HOUR, AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
});
