/** The hands of the suite of events, contacts and tasks do in every simulated service what their names say, and mail nobody on a program's account. */
import { describe, expect, it } from 'vitest';
import type { Collection } from '../../src/model/collection.ts';
import { openExchangeItems } from '../support/exchange-items-world.ts';
import { openGoogleItems } from '../support/google-items-world.ts';
import { type HandSeries, type ItemsWorld, makeByHand, occurrence } from '../support/items-world.ts';
import { openOffice365Items } from '../support/office365-items-world.ts';

const worlds: readonly (readonly [string, () => ItemsWorld | Promise<ItemsWorld>])[] = [
  ['Exchange', () => openExchangeItems()],
  ['Office 365', () => openOffice365Items()],
  ['Google', () => openGoogleItems()],
];
const ben = { address: 'ben@outside.test', name: 'Ben Ode' };
const series = (start: string, zone: string): HandSeries => ({
  fields: { subject: `Series of ${start}` },
  plan: { start, length: start.length === 10 ? 1 : 15, zone, everyDays: 7, count: 4 },
});

describe.each(worlds)('The hands in %s', (_name, open) => {
  it('make, change and throw away what is called by its title', async () => {
    const { hands, notificationsSent } = await prepared(open);
    for (const collection of ['events', 'contacts', 'tasks'] as const) {
      const field = collection === 'contacts' ? 'lastName' : 'subject';
      await hands.edit(collection, 'One', { [field]: 'Two', description: 'More.', firstName: 'Robin' });
      await gone(hands, collection, 'One');
      await hands.edit(collection, 'Two', { status: 'completed', isPrivate: 'yes', city: 'Bern' });
      await hands.remove(collection, 'Two');
      await gone(hands, collection, 'Two');
    }
    expect(await notificationsSent()).toBe(0);
  });

  it('change and take out single occurrences, also of whole days and over a change of clocks', async () => {
    const { hands, notificationsSent } = await open();
    for (const made of [
      series('2026-03-16T10:00', 'Europe/Berlin'),
      series('2026-03-16', 'Asia/Kolkata'),
      series('2026-03-02T10:00', 'America/New_York'),
    ]) {
      await hands.makeSeries(made);
      await hands.changeOccurrence(occurrence(made, 3), { subject: 'Changed', location: 'Room 9' });
      await hands.removeOccurrence(occurrence(made, 4));
      await hands.endSeries(made, 2);
      const title = made.fields.subject ?? '';
      await hands.edit('events', title, { location: 'Room 4' });
      await hands.remove('events', title);
      await gone(hands, 'events', title);
    }
    expect(await notificationsSent()).toBe(0);
  });

  it('invite, answer, cancel, and file contacts', async () => {
    const { hands, notificationsSent } = await open();
    const time = '2026-01-20T09:00:00Z/2026-01-20T10:00:00Z';
    const guest = {
      address: 'cleo@outside.test',
      name: 'Cleo',
      answer: 'accepted',
      isResource: false,
    } as const;
    const room = { address: 'room@outside.test', name: 'Room', answer: 'none', isResource: true } as const;
    await hands.makeEvent({ fields: { subject: 'Own', time }, attendees: [guest, room] });
    for (const subject of ['Invited', 'Called off'])
      await hands.makeEvent({ fields: { subject, time }, organizer: ben, answer: 'tentative' });
    await hands.answer('Invited', 'accepted');
    await hands.answer('Invited', 'declined');
    await hands.cancel('Called off');
    const further = ['r.marlow@home.example'];
    const fields = { lastName: 'Marlow', email: 'robin@acme.example' };
    await hands.makeContact({ fields, furtherAddresses: further, isInSalesforceFolder: true });
    await hands.fileContact('Marlow', false);
    await hands.fileContact('Marlow', true);
    expect(await notificationsSent()).toBe(0);
  });
});

async function prepared(open: () => ItemsWorld | Promise<ItemsWorld>): Promise<ItemsWorld> {
  const world = await open();
  for (const collection of ['events', 'contacts', 'tasks'] as const)
    await makeByHand(world, collection, 'One');
  return world;
}

async function gone(hands: ItemsWorld['hands'], collection: Collection, title: string): Promise<void> {
  await expect(async () => hands.remove(collection, title)).rejects.toThrow('nothing is called');
}
