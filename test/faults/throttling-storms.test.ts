/**
 * Goal: a service that answers every request with 429 for an hour is asked little, nobody is suspended by it, and everything is caught up.
 * Method: a simulated world in virtual time; the storm strikes every request of one service, with and without a Retry-After.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultEffect } from '../../simulators/shared/faults.ts';
import { HOUR } from '../../src/model/clock.ts';
import type { ServiceName } from '../simulation/mail-hands.ts';
import { type Lane, openLane } from '../simulation/session.ts';
import { openTroubledWorld } from './troubled-world.ts';

let lane: Lane;
beforeAll(async () => {
  lane = await openLane();
});
afterAll(() => lane[Symbol.asyncDispose]());

const services: readonly ServiceName[] = ['exchange', 'office365', 'google'];
const storm = (retryAfter: string | null): FaultEffect => ({
  kind: 'http',
  status: 429,
  body: 'json',
  ...(retryAfter === null ? {} : { headers: { 'retry-after': retryAfter } }),
});

/** Two runs fit into the hour, and one that was due when it began; each gives up at its first refusals. */
const RUNS_MAX = 3;
const REQUESTS_OF_RUN_MAX = 6;

describe.each(['exchange', 'office365', 'google', 'salesforce'] as const)(
  'a storm of 429 at %s',
  (stormy) => {
    test.each([
      { asks: 'for ten minutes', retryAfter: '600' },
      { asks: 'for nothing', retryAfter: null },
    ])('that asks $asks is weathered', async ({ retryAfter }) => {
      await using open = await openTroubledWorld(lane.db, services);
      const { world, process } = open;
      const side = stormy === 'salesforce' ? world.salesforce : open.hands(stormy);
      const struckBy = (address: string) => stormy === 'salesforce' || address === ownerOf(stormy);
      const ownerOf = (service: ServiceName) =>
        world.people.find(({ hands }) => hands.service === service)?.address ?? '';
      const beganAt = world.conductor.now();
      open.deliver();
      side.faults.add({ operation: '*', effect: storm(retryAfter) });
      // The end of an access token falls into the storm, too.
      for (const { hands, address } of world.people) hands.expireAccess?.(address, 0);
      const before = side.requests.count();
      await open.pass(HOUR);
      const requests = side.requests.count() - before;
      const runs = await open.runsSince(beganAt);
      const hit = runs.filter(({ address }) => struckBy(address));
      globalThis.process.stdout.write(
        `storm at ${stormy}, Retry-After ${retryAfter ?? 'none'}: ${hit.length} runs, ${requests} requests in an hour\n`,
      );
      expect(new Set(hit.map(({ code }) => code))).toEqual(
        new Set([stormy === 'salesforce' ? 'crm.throttled' : 'mailbox.throttled']),
      );
      expect(hit.length).toBeLessThanOrEqual(RUNS_MAX * (stormy === 'salesforce' ? services.length : 1));
      expect(requests).toBeLessThanOrEqual(hit.length * REQUESTS_OF_RUN_MAX);
      const others = runs.filter(({ address }) => !struckBy(address));
      expect(others.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
      expect(new Set(Object.values(await open.states()))).toEqual(new Set(['active']));

      side.faults.clear();
      await open.pass(HOUR);
      expect((await open.runsSince(world.conductor.now() - HOUR)).at(-1)?.outcome).toBe('done');
      expect(process.dead).toBe(false);
      expect(await open.comeToRest()).toEqual([]);
      expect(open.mailer.mails.filter(({ to }) => to.some((one) => one.endsWith('@contoso.test')))).toEqual(
        [],
      );
    });
  },
);
