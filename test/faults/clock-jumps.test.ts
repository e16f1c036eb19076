/**
 * Goal: a clock that jumps a day ahead, or hours back, while runs are under way loses nothing and doubles nothing, and no herd follows. What a clock that was ahead
 * has planned stands until that time has come, or somebody asks for a run (docs/faults.md).
 * Method: a simulated world in virtual time with two processes; the clock of one of them jumps in the middle of a run, or for good.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { syncNow } from '../../src/commands/sync-now.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import { inWorld } from '../simulation/rows.ts';
import { type Lane, openLane } from '../simulation/session.ts';
import { openTroubledWorld } from './troubled-world.ts';

let lane: Lane;
beforeAll(async () => {
  lane = await openLane();
});
afterAll(() => lane[Symbol.asyncDispose]());

test.each([
  { jump: 'a day ahead', ms: DAY },
  { jump: 'six hours back', ms: -6 * HOUR },
])(
  'a clock that jumps $jump in the middle of runs and is set right an hour later loses and doubles nothing',
  async ({ jump, ms }) => {
    await using open = await openTroubledWorld(lane.db, ['exchange', 'office365', 'google'], {
      processes: 2,
    });
    const { world, process } = open;
    for (let left = 3; left > 0; left -= 1) open.deliver();
    const { ios } = process;
    world.conductor.beforeTurn = () => {
      if (process.ios >= ios + 30) process.skewMs = ms;
    };
    await open.pass(HOUR);
    expect(process.skewMs).toBe(ms);
    world.conductor.beforeTurn = () => undefined;
    process.skewMs = 0;
    const rightAt = world.conductor.now();
    open.deliver();
    await open.pass(2 * HOUR);
    const runs = (await open.runsSince(rightAt)).filter(
      ({ startedAt }) => startedAt <= world.conductor.now(),
    );
    const due = await inWorld<{ due_at: Date }>(world, 'select due_at from schedules');
    const waits = due.map(({ due_at }) => Math.round((due_at.getTime() - world.conductor.now()) / MINUTE));
    globalThis.process.stdout.write(
      `clock ${jump}: ${runs.length} runs in two hours, next in ${waits.join(', ')} min\n`,
    );
    expect(world.violations).toEqual([]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(Math.max(ms, 0) / MINUTE + 45);
    expect(runs.length).toBeLessThanOrEqual(3 * 6);
    // Whatever the wrong clock planned: *Sync now* does not wait for it.
    const askedAt = world.conductor.now();
    for (const { mailboxId } of world.people)
      expect(
        await world.conductor.driveTo(
          syncNow(process.ports, { organizationId: world.organizationId, mailboxId }),
        ),
      ).toBe('requested');
    await open.pass(30 * MINUTE);
    expect(new Set((await open.runsSince(askedAt)).map(({ address }) => address)).size).toBe(3);
    // The clock that was ahead has run through a day: its check of completeness may fall into the last run, which is then not idle.
    const broken = (await open.comeToRest()).filter(({ invariant }) => invariant !== 'idle is cheap');
    expect(broken).toEqual([]);
  },
);
