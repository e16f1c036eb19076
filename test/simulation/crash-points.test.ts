/**
 * Goal: wherever a process dies, the next one brings the world to where it would have been: nothing lost, nothing doubled.
 * Method: each scenario is killed at every single request and statement in turn, before it and after it (`npm run crash`); `npm test` plays an even
 * part of these deaths, from an offset that a printed seed draws. `CRASH_STRIDE=2` plays every other one. What `npm run crash` counted stands in docs/results.md.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { madeWith, writeResults } from '../../bench/results-section.ts';
import { isLong } from '../support/long-tests.ts';
import { readSeed, seededRandom } from '../support/seed.ts';
import { type Outcome, playDeath, playUndisturbed, type Undisturbed } from './crash-play.ts';
import { type Scenario, scenarios } from './crash-scenarios.ts';
import type { Death } from './process.ts';
import { savesBlindly } from './sabotage.ts';
import { type Lane, openLane } from './session.ts';

/** Odd, so that deaths before and after a point both come up. */
const STRIDE = Number(process.env.CRASH_STRIDE ?? (isLong ? 1 : 23));
const seed = readSeed('crash points');
const { next: draw } = seededRandom(seed);

const rows: string[] = [];
const totals = { scenarios: 0, points: 0, deaths: 0, lost: 0, doubled: 0 };
let lanes: readonly Lane[];
beforeAll(async () => {
  lanes = await Promise.all([1, 2].map(() => openLane()));
});
afterAll(async () => {
  const { points, deaths, lost, doubled } = totals;
  say(`${totals.scenarios} scenarios: ${points} points, ${deaths} deaths, ${lost} lost, ${doubled} doubled`);
  await Promise.all(lanes.map((lane) => lane[Symbol.asyncDispose]()));
  if (isLong && totals.scenarios === scenarios.length) await writeResults('crash', page());
});

test.each(scenarios)(
  'a death at any point loses and doubles nothing: $name',
  { timeout: 3_600_000 },
  async (scenario) => {
    const undisturbed = await playUndisturbed(first().db, scenario);
    const deaths = deathsOf(undisturbed.points);
    const outcomes = await playAll(scenario, deaths, undisturbed);
    const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, one) => total + of(one), 0);
    const lost = sum((one) => one.lost);
    const doubled = sum((one) => one.doubled);
    totals.scenarios += 1;
    totals.points += undisturbed.points;
    totals.deaths += deaths.length;
    totals.lost += lost;
    totals.doubled += doubled;
    const count = (when: Death['when']) => deaths.filter((death) => death.when === when).length;
    const played =
      STRIDE === 1 ? 'before and after' : `killed ${count('before')} times before, ${count('after')} after`;
    rows.push(`| ${scenario.name} | ${undisturbed.points} | ${deaths.length} | ${lost} | ${doubled} |`);
    say(`${scenario.name}: ${undisturbed.points} points, ${played}, ${lost} lost, ${doubled} doubled`);
    expect({ lost, doubled, broken: outcomes.flatMap(({ broken }) => broken) }).toEqual({
      lost: 0,
      doubled: 0,
      broken: [],
    });
  },
);

test('a product that looks for no record before it saves is found out', async () => {
  const [scenario] = scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  const whole = await playUndisturbed(first().db, scenario);
  const { doubled } = await playDeath(
    first().db,
    { ...scenario, sabotage: savesBlindly },
    'after a write',
    whole,
  );
  expect(doubled).toBeGreaterThan(0);
});

function first(): Lane {
  const [lane] = lanes;
  if (lane === undefined) throw new Error('no database');
  return lane;
}

/** Each point twice, in turn before and after it; of these every `STRIDE`th. */
function deathsOf(points: number): readonly Death[] {
  const offset = Math.floor(draw() * STRIDE);
  return Array.from(
    { length: 2 * points },
    (_, at): Death => ({
      at: 1 + Math.floor(at / 2),
      when: at % 2 === 0 ? 'before' : 'after',
    }),
  ).filter((_, at) => at % STRIDE === offset);
}

/** Each lane takes the next death. */
async function playAll(
  scenario: Scenario,
  deaths: readonly Death[],
  undisturbed: Undisturbed,
): Promise<readonly Outcome[]> {
  const queue = [...deaths];
  const outcomes: Outcome[] = [];
  await Promise.all(
    lanes.map(async ({ db }) => {
      for (let death = queue.shift(); death !== undefined; death = queue.shift())
        outcomes.push(await playDeath(db, scenario, death, undisturbed));
    }),
  );
  return outcomes;
}

function page(): string {
  const { points, deaths, lost, doubled } = totals;
  const which =
    STRIDE === 1
      ? 'before and after every point'
      : `every ${STRIDE}th death, from an offset that the seed draws`;
  return [
    '## Faults: a crash at every point (`npm run crash`)',
    '',
    madeWith(seed),
    '',
    `A point is one request to a service or one statement to the database. Played: ${which}; then a new process, until nothing is left to do.`,
    '',
    '| scenario | points | deaths | lost | doubled |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    `| all ${totals.scenarios} | ${points} | ${deaths} | ${lost} | ${doubled} |`,
  ].join('\n');
}

function say(line: string): void {
  process.stdout.write(`crash points: ${line}\n`);
}
