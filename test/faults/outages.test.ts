/**
 * Goal: a provider that is away for hours costs nobody his sync: nobody is asked to authorise again, who is elsewhere notices nothing, nobody is written to before
 * the law says so, and afterwards everything is caught up, spread as before.
 * Method: a simulated world in virtual time; every request of one service breaks off, or is answered 503, for hours. Herds among very many mailboxes are
 * `test/simulation/scale.test.ts`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultEffect } from '../../simulators/shared/faults.ts';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import { FAILURES_MAX } from '../../src/model/mailbox-state.ts';
import type { ServiceName } from '../simulation/mail-hands.ts';
import { type Lane, openLane } from '../simulation/session.ts';
import { openTroubledWorld, type RunRow, type TroubledWorld } from './troubled-world.ts';

let lane: Lane;
beforeAll(async () => {
  lane = await openLane();
});
afterAll(() => lane[Symbol.asyncDispose]());

const services: readonly ServiceName[] = ['exchange', 'exchange', 'office365', 'google'];
const away: readonly { readonly how: string; readonly effect: FaultEffect }[] = [
  { how: 'answers 503', effect: { kind: 'http', status: 503, body: 'html' } },
  { how: 'breaks off every connection', effect: { kind: 'drop' } },
];
/** A call is tried four times, and a run ends at the first that does not come through. */
const REQUESTS_OF_RUN_MAX = 8;

describe.each(['exchange', 'office365', 'google', 'salesforce'] as const)('four hours without %s', (lost) => {
  test.each(away)('that $how suspend nobody, write to nobody and are caught up', async ({ effect }) => {
    await using open = await openTroubledWorld(lane.db, services);
    const { world } = open;
    const side = lost === 'salesforce' ? world.salesforce : open.hands(lost);
    const isHit = (address: string) => lost === 'salesforce' || ownersOf(open, lost).includes(address);
    const beganAt = world.conductor.now();
    open.deliver();
    side.faults.add({ operation: '*', effect });
    for (const { hands, address } of world.people) hands.expireAccess?.(address, 0);
    const before = side.requests.count();
    await open.pass(4 * HOUR);
    const requests = side.requests.count() - before;
    const runs = await open.runsSince(beganAt);
    const hit = runs.filter(({ address }) => isHit(address));
    say(
      `four hours without ${lost}: ${hit.length} runs, ${requests} requests, ${open.mailer.mails.length} e-mails`,
    );
    expect(hit.every(({ outcome, code }) => outcome === 'failed' && isPassing(code))).toBe(true);
    expect(requests).toBeLessThanOrEqual(hit.length * REQUESTS_OF_RUN_MAX);
    expect(runs.filter(({ address, outcome }) => !isHit(address) && outcome !== 'done')).toEqual([]);
    expect(new Set(Object.values(await open.states()))).toEqual(new Set(['active']));
    expect(open.mailer.mails).toEqual([]);

    side.faults.clear();
    const backAt = world.conductor.now();
    await open.pass(40 * MINUTE);
    const after = await open.runsSince(backAt);
    expect(
      new Set(after.filter(({ outcome }) => outcome === 'done').map(({ address }) => address)).size,
    ).toBe(4);
    expect(mostPerMinute(after.filter(({ address }) => isHit(address)))).toBeLessThanOrEqual(
      mostPerMinute(hit) + 1,
    );
    expect(await open.comeToRest()).toEqual([]);
    expect(open.mailer.mails).toEqual([]);
  });
});

test('after ten failed runs sync is suspended (R8), its owner is told once, a probe finds the service back, and nobody has to do anything', async () => {
  await using open = await openTroubledWorld(lane.db, services);
  const { world, mailer } = open;
  const beganAt = world.conductor.now();
  const owners = ownersOf(open, 'exchange');
  open.hands('exchange').faults.add({ operation: '*', effect: { kind: 'drop' } });
  await open.pass(8 * HOUR);
  const states = await open.states();
  for (const [address, state] of Object.entries(states))
    expect([address, state]).toEqual([address, owners.includes(address) ? 'suspended' : 'active']);
  const runs = (await open.runsSince(beganAt)).filter(({ address }) => address === owners[0]);
  // Ten in their interval, then one every three hours.
  expect(runs.length).toBeLessThanOrEqual(FAILURES_MAX + 2);
  const told = (word: string) =>
    mailer.mails.filter(({ subject }) => subject.includes(word)).map(({ to }) => to[0]);
  expect(told('stopped').sort()).toEqual([...owners].sort());
  expect(mailer.mails.every(({ to }) => to.every((one) => owners.includes(one)))).toBe(true);
  expect(mailer.mails.some(({ text }) => text.includes('#/reconnect/'))).toBe(false);

  open.hands('exchange').faults.clear();
  open.deliver();
  await open.pass(3 * HOUR + 45 * MINUTE);
  expect(new Set(Object.values(await open.states()))).toEqual(new Set(['active']));
  // One on the stop, one on the recovery (N1).
  expect(told('stopped')).toHaveLength(owners.length);
  expect(told('again').sort()).toEqual([...owners].sort());
  expect(await open.comeToRest()).toEqual([]);
});

function ownersOf({ world }: TroubledWorld, service: ServiceName): readonly string[] {
  return world.people.filter(({ hands }) => hands.service === service).map(({ address }) => address);
}

/** Codes of trouble that passes by itself: no word of credentials or rights. */
function isPassing(code: string | null): boolean {
  return code !== null && /\.(transient|unreachable|throttled)$/.test(code);
}

/** Starts in the fullest minute. */
function mostPerMinute(runs: readonly RunRow[]): number {
  const minutes = new Map<number, number>();
  for (const { startedAt } of runs) {
    const minute = Math.floor(startedAt / MINUTE);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  return Math.max(0, ...minutes.values());
}

function say(line: string): void {
  globalThis.process.stdout.write(`${line}\n`);
}
