/**
 * Goal: on every service many deletions at once are held until a person lets them go, and a calendar that may no longer be opened deletes nothing.
 * Method: real connectors on the simulated services, a real database.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MailServiceName, mailServiceNames } from '../../sandbox/cast.ts';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import { inOrganization } from '../../src/store/database.ts';
import { decideHold, listHolds } from '../../src/store/holds.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { openRealScene, type RealScene } from '../support/real-scene.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const MANY = 200;
const KEPT = 5;
let scenes = 0;

async function openWith(service: MailServiceName, count: number) {
  scenes += 1;
  const scene = await openRealScene(database.db, `deletions-${scenes}`, [service]);
  const [person] = scene.people;
  if (person === undefined) throw new Error('nobody');
  const { address } = person.who;
  const ids = Array.from({ length: count }, (_, at) => makeEvent(scene, service, address, at));
  const run = async () => {
    scene.clock.advance(10 * MINUTE);
    const report = await scene.run(person);
    expect(report.outcome, String((report.fault as Error | null)?.stack ?? '')).toEqual({ kind: 'done' });
  };
  const subjects = () =>
    scene.services.salesforce
      .records('Event')
      .map(({ Subject }) => String(Subject))
      .toSorted();
  await run();
  expect(subjects()).toHaveLength(count);
  return { scene, person, address, ids, run, subjects };
}

function makeEvent({ services }: RealScene, service: MailServiceName, address: string, at: number): string {
  const [start, end] = [MONDAY + (at + 1) * HOUR, MONDAY + (at + 1.5) * HOUR];
  const subject = `E${at}`;
  if (service === 'exchange') return services.exchange.createEvent(address, { subject, start, end });
  const time = (ms: number) => ({ dateTime: new Date(ms).toISOString().slice(0, 19), timeZone: 'UTC' });
  const times = { start: time(start), end: time(end) };
  if (service === 'google') return services.google.addEvent(address, { summary: subject, ...times });
  return services.office365.addEvent(address, { subject, ...times });
}

function removeEvent({ services }: RealScene, service: MailServiceName, address: string, id: string): void {
  if (service === 'exchange') services.exchange.remove(address, id);
  else if (service === 'google') services.google.removeEvent(address, id);
  else services.office365.removeEvent(address, id);
}

test.each(mailServiceNames)(
  '%s: two hundred deletions at once are held; released, they delete exactly those',
  { timeout: 120_000 },
  async (service) => {
    const { scene, person, address, ids, run, subjects } = await openWith(service, MANY + KEPT);
    const { organizationId, mailboxId, userId } = person.tenant;
    for (const id of ids.slice(0, MANY)) removeEvent(scene, service, address, id);
    await run();
    await run();
    expect(subjects()).toHaveLength(MANY + KEPT);
    const [hold, more] = await inOrganization(database.db, organizationId, (tx) =>
      listHolds(tx, mailboxId, { after: null, limit: 5 }),
    );
    if (hold === undefined) throw new Error('nothing is held');
    expect([hold.held, hold.state, more]).toEqual([MANY, 'waiting', undefined]);
    const decision = { id: hold.id, to: 'released', by: userId, now: scene.clock.now() } as const;
    expect(await inOrganization(database.db, organizationId, (tx) => decideHold(tx, decision))).toBe(true);
    await run();
    expect(subjects()).toEqual(ids.slice(MANY).map((_, at) => `E${MANY + at}`));
    await run();
    expect(subjects()).toHaveLength(KEPT);
    expect(scene.notifications()).toBe(0);
  },
);

type Loss = (scene: RealScene, address: string) => () => void;

/** Lets every call of an operation fail so, until it is taken back. */
const failing =
  (service: 'office365' | 'google', operation: string, code: string): Loss =>
  ({ services }) => {
    const { faults } = services[service].world;
    const fault = faults.add({ operation, effect: { kind: 'service', code } });
    return () => faults.remove(fault);
  };

const losses: readonly { readonly service: MailServiceName; readonly how: string; readonly lose: Loss }[] = [
  {
    service: 'exchange',
    how: 'the permission on the folder',
    lose: ({ services }, address) => {
      services.exchange.setDenied(address, true, 'calendar');
      return () => services.exchange.setDenied(address, false, 'calendar');
    },
  },
  { service: 'office365', how: 'the scope', lose: failing('office365', 'calendar*', 'ErrorAccessDenied') },
  {
    service: 'office365',
    how: 'the calendar (404)',
    lose: failing('office365', 'calendar*', 'ErrorItemNotFound'),
  },
  { service: 'google', how: 'the scope', lose: failing('google', 'calendar.*', 'insufficientPermissions') },
  { service: 'google', how: 'the calendar (404)', lose: failing('google', 'calendar.*', 'notFound') },
];

describe('an event stays in Salesforce', () => {
  test.each(losses)('when $service takes away $how, and after it came back', async ({ service, lose }) => {
    const { scene, person, address, run, subjects } = await openWith(service, 12);
    const before = subjects();
    const giveBack = lose(scene, address);
    // Whether the rest of the mailbox goes on is each service's own affair.
    for (const _ of [1, 2]) await scene.run(person);
    expect(subjects()).toEqual(before);
    giveBack();
    scene.clock.advance(24 * HOUR);
    await run();
    expect(subjects()).toEqual(before);
    expect(scene.notifications()).toBe(0);
  });
});
