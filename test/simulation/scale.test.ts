/**
 * Goal: what is promised of many machines holds on the scheduling code itself: nobody is late outside of an outage, a provider that is away delays nobody
 * else, large and small are treated alike, herds go apart, and killed workers' mailboxes go on within two minutes. Method: a fiftieth of the day of
 * `npm run bench:scale`, event by event, from a fixed seed.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Measures } from '../../bench/scale/measures.ts';
import { partOf, wholeDay } from '../../bench/scale/scenario.ts';
import { simulate } from '../../bench/scale/simulate.ts';
import { HOUR, MINUTE, SECOND } from '../../src/model/clock.ts';
import { readSeed } from '../support/seed.ts';

const PART = 50;
const scenario = {
  ...partOf(wholeDay, PART),
  hours: 12,
  outage: { ...wholeDay.outage, from: 6 * HOUR, to: 9 * HOUR },
  // None in the hours in which herds are looked for: what one of two workers leaves behind is caught up in one.
  kills: { everyMs: 130 * MINUTE, workers: 1 },
  seed: readSeed('scale'),
};

describe('many workers over one due-table, after a start of everything at once', () => {
  let measures: Measures;
  let sizes: readonly number[];
  beforeAll(() => {
    const played = simulate(scenario);
    measures = played.measures;
    sizes = played.population.sizes;
  });
  const late = (window: 'calm' | 'outage' | 'after', which: 'failing' | 'others', share = 0.99) =>
    measures.lateness.percentile(measures.groupOf(window, which), share);

  test('99 of 100 runs outside of the outage begin within a minute of their time', () => {
    for (const which of ['failing', 'others'] as const)
      expect([late('calm', which), late('after', which)].filter((ms) => ms >= 60 * SECOND)).toEqual([]);
  });

  test('a provider that is away for hours delays nobody else', () => {
    expect(late('outage', 'others')).toBeLessThan(60 * SECOND);
    const runs = measures.lateness.count(measures.groupOf('outage', 'others'));
    expect(runs).toBeGreaterThan(0.6 * 0.7 * scenario.mailboxes * 6);
  });

  test('the mailboxes of the smallest and of the largest organization are equally on time', () => {
    const p99 = sizes.map((_, at) => measures.byOrganization.percentile(at, 0.99));
    expect(Math.max(...p99)).toBeLessThan(60 * SECOND);
    const largest = p99[sizes.indexOf(Math.max(...sizes))] ?? 0;
    const tiny = p99.filter((_, at) => (sizes[at] ?? 0) <= 3);
    expect(Math.max(...tiny)).toBeLessThan(Math.max(10 * largest, 30 * SECOND));
  });

  test('who started together goes apart within hours, and comes back from an outage apart', () => {
    const before = measures.herd(275 * MINUTE, 6 * HOUR, 120);
    const after = measures.herd(9 * HOUR, 10 * HOUR, 120);
    for (const { most, mean } of [before, after]) expect(most / mean).toBeLessThan(1.4);
  });

  test("killed workers' mailboxes go on elsewhere within two minutes", () => {
    expect(measures.takeOvers.count(0)).toBeGreaterThan(0);
    expect(measures.takeOvers.max(0)).toBeLessThan(2 * MINUTE);
  });

  test('looking costs fewer statements than there are leases', () => {
    expect(measures.claims / measures.leases).toBeLessThan(1);
  });
});
