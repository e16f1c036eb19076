import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failureCodes } from '../model/catalogue.ts';
import { dispositionOf, failure, RemoteFailure } from '../model/failure.ts';
import { repeatCall } from './with-backoff.ts';

function createWorld(seed: number) {
  let now = 0;
  let state = seed >>> 0;
  const waits: number[] = [];
  return {
    waits,
    options: {
      clock: {
        now: () => now,
        sleep: async (ms: number) => {
          waits.push(ms);
          now += ms;
        },
      },
      random: {
        next() {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
          return state / 2 ** 32;
        },
      },
    },
  };
}

async function countCalls(error: unknown, options: Parameters<typeof repeatCall>[1]): Promise<number> {
  let calls = 0;
  await expect(
    repeatCall(async () => {
      calls += 1;
      throw error;
    }, options),
  ).rejects.toBe(error);
  return calls;
}

test('repeats exactly the failures whose disposition says so', async () => {
  for (const code of failureCodes) {
    const { options } = createWorld(1);
    const calls = await countCalls(new RemoteFailure(failure(code)), options);
    expect(calls, code).toBe(dispositionOf(failure(code)).repeats ? 4 : 1);
  }
});

test('does not repeat an error that is not of the service', async () => {
  expect(await countCalls(new TypeError('a fault of ours'), createWorld(1).options)).toBe(1);
});

test('waits stay under a doubling ceiling, in number and in sum', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 60_000 }),
      async (seed, attemptsMax, totalMsMax) => {
        const { options, waits } = createWorld(seed);
        await countCalls(new RemoteFailure(failure('crm.transient')), {
          ...options,
          attemptsMax,
          totalMsMax,
        });
        expect(waits.length).toBeLessThan(attemptsMax);
        expect(waits.every((wait, index) => wait <= Math.min(20_000, 1_000 * 2 ** index))).toBe(true);
        expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(totalMsMax);
      },
    ),
    { seed: 20_261_123 },
  );
});

test('obeys a short wait that the service asked for and passes a long one on', async () => {
  const short = createWorld(1);
  await countCalls(new RemoteFailure(failure('crm.transient', { retryAfterMs: 7_000 })), short.options);
  expect(short.waits).toEqual([7_000, 7_000, 7_000]);
  const long = createWorld(1);
  await countCalls(new RemoteFailure(failure('crm.transient', { retryAfterMs: 21_000 })), long.options);
  expect(long.waits).toEqual([]);
});

test('returns the first success', async () => {
  let calls = 0;
  const value = await repeatCall(async () => {
    calls += 1;
    if (calls < 3) throw new RemoteFailure(failure('mailbox.unreachable'));
    return 'value';
  }, createWorld(1).options);
  expect([value, calls]).toEqual(['value', 3]);
});
