import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowanceOf, type BudgetWish, callsOfDay, callsOfRun, planBudget } from './plan-budget.ts';

const SEED = 20_261_128;
const wishes: fc.Arbitrary<BudgetWish> = fc.record({
  mailboxes: fc.nat(100_000),
  intervalMinutes: fc.integer({ min: 1, max: 1_440 }),
  dailyAllowance: fc.nat(5_000_000),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  itemsADay: fc.double({ min: 0, max: 5_000, noNaN: true }),
  hints: fc.boolean(),
});
const always = (holds: (wish: BudgetWish) => void) =>
  fc.assert(fc.property(wishes, holds), { seed: SEED, numRuns: 300 });

test('500 mailboxes at rest ask 24,000 requests a day, every 30 minutes one each', () => {
  const plan = planBudget({
    mailboxes: 500,
    intervalMinutes: 30,
    dailyAllowance: allowanceOf('enterprise', 500),
    share: 0.8,
    itemsADay: 40,
    hints: false,
  });
  expect(plan).toMatchObject({ runsADay: 48, callsAtRest: 24_000, allowed: 480_000, fits: true });
  expect(plan.firstLimit).toBe('none');
  expect(plan.callsAtWork).toBe(500 * (8 + 40 * callsOfRun(1)));
});

test('what does not fit meets the share first, and says after how many hours', () => {
  const wish = {
    mailboxes: 2_000,
    intervalMinutes: 30,
    dailyAllowance: 100_000,
    share: 0.5,
    itemsADay: 0,
    hints: false,
  };
  const plan = planBudget(wish);
  expect(plan).toMatchObject({ fits: false, firstLimit: 'share', fittingIntervalMinutes: 58 });
  expect(plan.limitAfterHours).toBeCloseTo(12.5);
  expect(planBudget({ ...wish, share: 1, dailyAllowance: 50_000 }).firstLimit).toBe('allowance');
});

test('the interval that is offered fits, and the one before it does not', () => {
  always((wish) => {
    const { fittingIntervalMinutes: minutes } = planBudget(wish);
    if (minutes === null) return;
    expect(planBudget({ ...wish, intervalMinutes: minutes }).fits).toBe(true);
    if (minutes > 5) expect(planBudget({ ...wish, intervalMinutes: minutes - 1 }).fits).toBe(false);
  });
});

test('as many mailboxes as are offered fit, and one more does not', () => {
  always((wish) => {
    const { mailboxesMax } = planBudget(wish);
    expect(planBudget({ ...wish, mailboxes: mailboxesMax }).fits).toBe(true);
    expect(planBudget({ ...wish, mailboxes: mailboxesMax + 1 }).fits).toBe(false);
  });
});

test('more mailboxes, items, hints or a smaller share never cost less or fit better', () => {
  always((wish) => {
    const { callsAtRest, callsAtWork } = planBudget(wish);
    expect(callsAtWork).toBeGreaterThanOrEqual(callsAtRest);
    expect(planBudget({ ...wish, mailboxes: wish.mailboxes + 1 }).callsAtWork).toBeGreaterThanOrEqual(
      callsAtWork,
    );
    expect(callsOfDay({ ...wish, hints: true })).toBeGreaterThanOrEqual(
      callsOfDay({ ...wish, itemsADay: 0 }),
    );
    if (planBudget({ ...wish, share: wish.share / 2 }).fits) expect(planBudget(wish).fits).toBe(true);
  });
});

test('a limit that is met is met within the day', () => {
  always((wish) => {
    const { fits, firstLimit, limitAfterHours } = planBudget(wish);
    expect(firstLimit === 'none').toBe(fits);
    expect(limitAfterHours === null).toBe(fits);
    if (limitAfterHours !== null) expect(limitAfterHours).toBeLessThan(24);
  });
});

test('a run for more items never asks less, and little more than the least', () => {
  fc.assert(
    fc.property(fc.nat(20_000), (items) => {
      expect(callsOfRun(items + 1)).toBeGreaterThanOrEqual(callsOfRun(items));
      expect(callsOfRun(items)).toBeLessThanOrEqual(6 + Math.ceil(2 * 1.3 * (items / 200)));
    }),
    { seed: SEED },
  );
});
