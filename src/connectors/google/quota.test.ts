import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/support/fake-clock.ts';
import { MINUTE, SECOND } from '../../model/clock.ts';
import { createPace } from './quota.ts';

test('units of a sliding minute are not exceeded: what is too much waits until there is room', async () => {
  const clock = createFakeClock();
  const pace = createPace(clock, 100);
  const startedAt = clock.now();
  const took: number[] = [];
  const all = Promise.all(
    [60, 40, 60, 10].map((units) => pace.spend(units).then(() => took.push(clock.now() - startedAt))),
  );
  await clock.advanceUntil(all);
  expect(took).toEqual([0, 0, MINUTE, MINUTE]);
});

test('a call above a whole minute goes when the minute is empty, and not before', async () => {
  const clock = createFakeClock();
  const pace = createPace(clock, 100);
  await pace.spend(250);
  const startedAt = clock.now();
  await clock.advanceUntil(pace.spend(1));
  expect(clock.now() - startedAt).toBe(MINUTE);
});

test('while Gmail wants to be left alone every call is refused with the time that is left', async () => {
  const clock = createFakeClock();
  const pace = createPace(clock, 100);
  pace.silence(10 * SECOND);
  pace.silence(5 * SECOND);
  await clock.advance(4 * SECOND);
  await expect(pace.spend(1)).rejects.toMatchObject({
    failure: { code: 'mailbox.throttled', retryAfterMs: 6 * SECOND },
  });
  await clock.advance(6 * SECOND);
  await pace.spend(1);
});
