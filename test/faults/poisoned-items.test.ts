/**
 * Goal: one item that can never be read, or never be saved, holds up nothing: it is given up after the documented tries with an issue that names it, the
 * rest goes on, and the cursor moves.
 * Method: a simulated world in virtual time on each service. Reading one mail is refused for ever by the connector, in Salesforce's words another one is.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ports } from '../../src/commands/ports.ts';
import { HEALING_TRIES_MAX, MENDABLE_TRIES_MAX } from '../../src/decide/retry.ts';
import { DAY, HOUR } from '../../src/model/clock.ts';
import type { ItemResult, MailConnector } from '../../src/model/connector.ts';
import { failure } from '../../src/model/failure.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { ServiceName } from '../simulation/mail-hands.ts';
import type { Sabotage } from '../simulation/process.ts';
import { inWorld } from '../simulation/rows.ts';
import { type Lane, openLane } from '../simulation/session.ts';
import { openTroubledWorld, type TroubledWorld } from './troubled-world.ts';

let lane: Lane;
beforeAll(async () => {
  lane = await openLane();
});
afterAll(() => lane[Symbol.asyncDispose]());

/** What cannot be read, and how often somebody tried. */
interface Poison {
  itemId: string;
  code: 'mailbox.item-unreadable' | 'mailbox.transient';
  at: 'head' | 'content';
  tries: number;
}

const poisons = [
  { service: 'exchange', what: 'whose head cannot be read', at: 'head', code: 'mailbox.item-unreadable' },
  {
    service: 'office365',
    what: 'whose content cannot be read',
    at: 'content',
    code: 'mailbox.item-unreadable',
  },
  { service: 'google', what: 'that fails as if it would pass', at: 'content', code: 'mailbox.transient' },
] as const satisfies readonly (Pick<Poison, 'at' | 'code'> & { service: ServiceName; what: string })[];

test.each(poisons)(
  'a mail at $service $what is given up, and so is one that Salesforce refuses; the rest goes on',
  async ({ service, at, code }) => {
    const poison: Poison = { itemId: '', code, at, tries: 0 };
    await using open = await openTroubledWorld(lane.db, [service], { sabotage: poisonedBy(poison) });
    const condition = "Subject LIKE '%zqmark-1-%'";
    open.world.salesforce.addValidationRule({ object: 'EmailMessage', condition, message: 'not this one' });
    for (let left = 3; left > 0; left -= 1) open.deliver();
    poison.itemId = open.world.history.mails[0]?.copies[0]?.itemId ?? '';
    await open.pass(HOUR);
    expect((await issuesOf(open)).map((issue) => issue.code).sort()).toEqual(
      ['crm.validation-rule', code].sort(),
    );
    expect(saved(open)).toBe(1);

    // The first try, and one a day; what may pass is tried with every run.
    await open.pass((MENDABLE_TRIES_MAX - 1) * DAY + 2 * HOUR);
    const issues = await issuesOf(open);
    say(`${service}, ${at}, ${code}: read ${poison.tries} times, ${JSON.stringify(issues)}`);
    for (const issue of issues)
      expect(issue).toMatchObject({
        attempts: issue.code === 'mailbox.transient' ? HEALING_TRIES_MAX : MENDABLE_TRIES_MAX,
        retry_at: null,
      });
    expect(issues.find(({ item_id }) => item_id === poison.itemId)?.code).toBe(code);

    const { tries } = poison;
    open.deliver();
    await open.pass(HOUR);
    expect(poison.tries).toBe(tries);
    expect(saved(open)).toBe(2);
    expect((await open.runsSince(0)).filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(await open.states()).toEqual({ 'anna@contoso.test': 'active' });
  },
);

interface IssueRow {
  readonly item_id: string;
  readonly code: string;
  readonly attempts: number;
  readonly retry_at: Date | null;
}

function issuesOf({ world }: TroubledWorld): Promise<readonly IssueRow[]> {
  return inWorld<IssueRow>(world, 'select item_id, code, attempts, retry_at from issues');
}

function saved({ world }: TroubledWorld): number {
  return world.salesforce.records('EmailMessage').length;
}

/** The product on a service that never gives this one item out. */
function poisonedBy(poison: Poison): Sabotage {
  const spoil = <T>(ids: readonly ItemId[], results: readonly ItemResult<T>[]): readonly ItemResult<T>[] =>
    results.map((result, at) => {
      const itemId = ids[at];
      if (itemId !== poison.itemId) return result;
      poison.tries += 1;
      return { itemId: itemId as ItemId, ok: false, failure: failure(poison.code) };
    });
  return (ports) =>
    withConnector(ports, (connector) => ({
      ...connector,
      readHeads: async (items) => {
        const results = await connector.readHeads(items);
        const ids = items.map(({ itemId }) => itemId);
        return poison.at === 'head' ? spoil(ids, results) : results;
      },
      readContents: async (ids, limits) => {
        const results = await connector.readContents(ids, limits);
        return poison.at === 'content' ? spoil(ids, results) : results;
      },
    }));
}

function withConnector(ports: Ports, change: (connector: MailConnector) => MailConnector): Ports {
  const services = [...ports.mailServices].map(
    ([name, service]) =>
      [
        name,
        { ...service, open: (...given: Parameters<typeof service.open>) => change(service.open(...given)) },
      ] as const,
  );
  return { ...ports, mailServices: new Map(services) };
}

function say(line: string): void {
  globalThis.process.stdout.write(`${line}\n`);
}
