/** The part of the CRM's contract that is about everything with one address (P9). Declared by `crm-two-way.contract.ts`. */
import { expect } from 'vitest';
import type { AboutRecord } from '../../src/model/crm-about.ts';
import type { RecordId } from '../../src/model/ids.ts';
import { type Check, makeByHand, type RecordsWorld } from '../support/records-world.ts';

const PAGES_MAX = 50;

/** Everything that is told, to the last page. */
async function allAbout(
  { crm }: RecordsWorld,
  address: string,
): Promise<ReadonlyMap<RecordId, AboutRecord['kind']>> {
  const found = new Map<RecordId, AboutRecord['kind']>();
  let after: string | null = null;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page: Awaited<ReturnType<typeof crm.findAbout>> = await crm.findAbout(address, after);
    for (const { recordId, kind } of page.records) found.set(recordId, kind);
    if (page.next === null) return found;
    expect(page.next).not.toContain(address.split('@')[0]);
    after = page.next;
  }
  throw new Error('the pages have no end');
}

export function describeAbout(check: Check): void {
  check('contacts with an address are told with it, and no others', async (world) => {
    const contact = (lastName: string, email: string) =>
      makeByHand(world, 'contacts', lastName, { fields: { email } });
    const first = await contact('Marlow', 'robin@acme.example');
    await contact('Lee', 'lee@acme.example');
    expect([...(await allAbout(world, 'robin@acme.example'))]).toEqual([[first, 'contacts']]);
    expect((await allAbout(world, 'nobody@acme.example')).size).toBe(0);
  });

  check('events that are related to somebody with the address are told, and no others', async (world) => {
    const kim = await world.hands.makePerson('Kim');
    const lee = await world.hands.makePerson('Lee');
    const [met, other] = [
      await makeByHand(world, 'events', 'Review'),
      await makeByHand(world, 'events', 'Lunch'),
    ];
    await world.hands.relate(met, kim);
    await world.hands.relate(other, lee);
    const found = await allAbout(world, kim.address);
    expect(found.get(met)).toBe('events');
    expect(found.has(other)).toBe(false);
  });

  check('what lies in the recycle bin is told no more', async (world) => {
    const recordId = await makeByHand(world, 'contacts', 'Marlow', {
      fields: { email: 'robin@acme.example' },
    });
    await world.hands.remove('contacts', recordId);
    expect((await allAbout(world, 'robin@acme.example')).size).toBe(0);
  });

  check('many records come in bounded pages, and none is left out while they are removed', async (world) => {
    const kim = await world.hands.makePerson('Kim');
    const events = new Set<RecordId>();
    for (let at = 0; at < 120; at += 1) {
      const recordId = await makeByHand(world, 'events', `Review ${at}`);
      await world.hands.relate(recordId, kim);
      events.add(recordId);
    }
    const told = new Set<RecordId>();
    let after: string | null = null;
    for (let pages = 0; pages < PAGES_MAX; pages += 1) {
      const page: Awaited<ReturnType<typeof world.crm.findAbout>> = await world.crm.findAbout(
        kim.address,
        after,
      );
      for (const { recordId, kind } of page.records)
        if (kind === 'events' && !told.has(recordId)) {
          told.add(recordId);
          await world.hands.remove('events', recordId);
        }
      after = page.next;
      if (after === null) break;
    }
    expect(after).toBeNull();
    expect(told).toEqual(events);
  });
}
