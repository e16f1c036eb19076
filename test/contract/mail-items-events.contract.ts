/** The part of the contract of events, contacts and tasks that is about what people make: times, people, answers, privacy. Declared by `mail-items-two-way.contract.ts`. */
import { expect } from 'vitest';
import { timedSpan } from '../../src/model/canonical.ts';
import { MINUTE } from '../../src/model/clock.ts';
import { cleanUid } from '../../src/model/event-key.ts';
import type { Attendee } from '../../src/model/mailbox-item.ts';
import { createReader } from '../support/items-reader.ts';
import { type Check, has, makeByHand, readNow } from '../support/items-world.ts';

const BEN = { address: 'ben@outside.test', name: 'Ben Ode' };
const time = '2026-01-20T09:00:00Z/2026-01-20T10:00:00Z';

export function describeEvents(check: Check): void {
  check('tells an appointment as its owner made it', async (world) => {
    await world.hands.makeEvent({ fields: { subject: 'Dentist', location: 'Main Street', time } });
    const reader = createReader(world);
    await reader.visit();
    const event = reader.event('Dentist');
    expect(event).toMatchObject({
      originalStart: null,
      seriesId: null,
      isOrganizer: true,
      attendees: [],
      answer: 'accepted',
      isCancelled: false,
      stamp: null,
      sensitivity: 'normal',
      fields: { time, location: 'Main Street' },
    });
    expect(event.uid).not.toBe('');
    expect(event.uid).toBe(cleanUid(event.uid));
  });

  check('has every field that it says, and no other', async (world) => {
    await world.hands.makeEvent({ fields: { subject: 'Dentist', time } });
    await makeByHand(world, 'contacts', 'Marlow');
    await makeByHand(world, 'tasks', 'Dentist');
    const reader = createReader(world);
    await reader.visit();
    const items = [reader.event('Dentist'), reader.one('contacts', 'Marlow'), reader.one('tasks', 'Dentist')];
    for (const { collection, fields } of items) {
      const names = Object.keys(world.mail.items.capabilities[collection].fields);
      expect(Object.keys(fields).toSorted()).toEqual(names.toSorted());
    }
  });

  check('what people type is told in canonical form', async (world) => {
    const loose = ' Offer  for\tspring ';
    const lines = 'First  \r\n\r\n\r\n\r\nSecond\u00a0line\r\n';
    await world.hands.makeEvent({ fields: { subject: loose, location: loose, description: lines, time } });
    await world.hands.makeTask({ fields: { subject: loose, description: lines } });
    await world.hands.makeContact({ fields: { lastName: 'Marlow', firstName: ' Mary  Ann ', notes: lines } });
    const reader = createReader(world);
    await reader.visit();
    const title = 'Offer for spring';
    for (const [collection, name, expected] of [
      ['events', title, { location: title, description: 'First\n\nSecond line' }],
      ['tasks', title, { description: 'First\n\nSecond line' }],
      ['contacts', 'Marlow', { firstName: 'Mary Ann', notes: 'First\n\nSecond line' }],
    ] as const) {
      const { fields } = reader.one(collection, name);
      for (const [field, text] of Object.entries(expected))
        if (field in world.mail.items.capabilities[collection].fields)
          expect(fields).toHaveProperty(field, text);
    }
  });

  for (const [zone, wall, at] of [
    ['Europe/Berlin', 'winter', Date.UTC(2026, 0, 20, 9)],
    ['Europe/Berlin', 'summer', Date.UTC(2026, 6, 20, 8)],
    ['Europe/Berlin', 'the night when clocks go forward', Date.UTC(2026, 2, 29, 0, 30)],
    ['Europe/Berlin', 'over the hour that comes twice', Date.UTC(2026, 9, 24, 23, 45)],
    ['America/New_York', 'winter', Date.UTC(2026, 0, 20, 15)],
    ['Asia/Kolkata', 'half an hour beside the others', Date.UTC(2026, 0, 20, 4, 30)],
  ] as const)
    check(`an event made in ${zone} is told at its instant: ${wall}`, async (world) => {
      const span = timedSpan(at, at + 150 * MINUTE);
      await world.hands.makeEvent({ fields: { subject: 'Call', time: span }, zone });
      const reader = createReader(world);
      await reader.visit();
      expect(reader.event('Call').fields.time).toBe(span);
    });

  for (const zone of ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])
    check(`whole days are dates, made in ${zone}`, async (world) => {
      const fair = '2026-03-28/2026-03-31';
      const holiday = '2026-02-12/2026-02-13';
      await world.hands.makeEvent({ fields: { subject: 'Fair', time: fair }, zone });
      await world.hands.makeEvent({ fields: { subject: 'Holiday', time: holiday }, zone });
      const reader = createReader(world);
      await reader.visit();
      expect(reader.event('Fair').fields.time).toBe(fair);
      expect(reader.event('Holiday').fields.time).toBe(holiday);
    });

  check('an event that was moved is told where it is now', async (world) => {
    await world.hands.makeEvent({ fields: { subject: 'Call', time } });
    const reader = createReader(world);
    await reader.visit();
    const { itemId, uid } = reader.event('Call');
    const later = '2026-01-21T13:00:00Z/2026-01-21T13:30:00Z';
    await world.hands.edit('events', 'Call', { time: later });
    await reader.visit();
    expect(reader.event('Call')).toMatchObject({ itemId, uid, fields: { time: later } });
  });

  check(
    'a private event is private',
    async (world) => {
      await world.hands.makeEvent({ fields: { subject: 'Doctor', time, isPrivate: 'yes' } });
      await world.hands.makeEvent({ fields: { subject: 'Open', time } });
      const reader = createReader(world);
      await reader.visit();
      expect(reader.event('Doctor')).toMatchObject({ sensitivity: 'private', fields: { isPrivate: 'yes' } });
      expect(reader.event('Open')).toMatchObject({ sensitivity: 'normal', fields: { isPrivate: '' } });
    },
    [has('events', 'isPrivate')],
  );
}

const guest = (name: string, more: Partial<Attendee> = {}): Attendee => ({
  address: `${name}@outside.test`,
  name,
  answer: 'none',
  isResource: false,
  ...more,
});

export function describePeople(check: Check): void {
  check('a meeting of the owner has its guests, with their answers', async (world) => {
    const guests = [
      guest('cleo', { answer: 'accepted' }),
      guest('dan', { answer: 'declined' }),
      guest('eva', { answer: 'tentative' }),
      guest('fay'),
    ];
    await world.hands.makeEvent({ fields: { subject: 'Review', time }, attendees: guests });
    const reader = createReader(world);
    await reader.visit();
    const event = reader.event('Review');
    expect(event).toMatchObject({ isOrganizer: true, answer: 'accepted' });
    const told = new Map(event.attendees.map((one) => [one.address, one]));
    for (const { address, answer } of guests) expect(told.get(address)).toMatchObject({ answer });
  });

  check('a room is told as one, and addresses are in lower case', async (world) => {
    const attendees = [guest('Room.Four', { isResource: true }), guest('Cleo.Dor')];
    await world.hands.makeEvent({ fields: { subject: 'Review', time }, attendees });
    const reader = createReader(world);
    await reader.visit();
    const told = reader.event('Review').attendees;
    const resources = told.filter(({ isResource }) => isResource).map(({ address }) => address);
    expect(resources).toEqual(['room.four@outside.test']);
    expect(told.map(({ address }) => address)).toContain('cleo.dor@outside.test');
  });

  check('an invitation has its organizer, and the answer that the owner gives', async (world) => {
    await world.hands.makeEvent({ fields: { subject: 'Review', time }, organizer: BEN });
    const reader = createReader(world);
    await reader.visit();
    const { itemId } = reader.event('Review');
    expect(reader.event('Review')).toMatchObject({
      isOrganizer: false,
      organizer: { address: BEN.address },
      answer: 'none',
    });
    for (const answer of ['tentative', 'accepted'] as const) {
      world.advance(MINUTE);
      await world.hands.answer('Review', answer);
      await reader.visit();
      expect(reader.event('Review')).toMatchObject({ itemId, answer });
    }
  });

  check('an invitation that the owner declined is told as declined, or is gone', async (world) => {
    await world.hands.makeEvent({ fields: { subject: 'Review', time }, organizer: BEN });
    const reader = createReader(world);
    await reader.visit();
    world.advance(MINUTE);
    await world.hands.answer('Review', 'declined');
    await reader.visit();
    const left = reader.titled('events', 'Review');
    expect(left).toMatchObject(left.map(() => ({ answer: 'declined' })));
  });

  check('a meeting that its organizer called off is told as cancelled, or is gone', async (world) => {
    const made = { fields: { subject: 'Review', time }, organizer: BEN, answer: 'accepted' } as const;
    await world.hands.makeEvent(made);
    const reader = createReader(world);
    await reader.visit();
    const { itemId } = reader.event('Review');
    world.advance(MINUTE);
    await world.hands.cancel('Review');
    await reader.visit();
    const [result] = await world.mail.items.readItems('events', [itemId]);
    if (result?.ok === true) expect(result.value).toMatchObject({ isCancelled: true });
    else expect(result?.failure.code).toBe('mailbox.item-gone');
  });

  check('a change of somebody else’s meeting is written or refused, and stays here', async (world) => {
    const made = { fields: { subject: 'Review', time }, organizer: BEN, answer: 'accepted' } as const;
    await world.hands.makeEvent(made);
    const reader = createReader(world);
    await reader.visit();
    const { itemId, version, fields, organizer } = reader.event('Review');
    const update = { itemId, version, fields: { location: 'Room 9' } };
    const [result] = await world.mail.items.updateItems('events', [update]);
    const after = await readNow(world, 'events', itemId);
    expect(after).toMatchObject({ organizer, answer: 'accepted', isOrganizer: false });
    expect(after.fields).toEqual(result?.ok === true ? { ...fields, location: 'Room 9' } : fields);
    if (result?.ok === false) expect(result.failure.kind).toBe('bad-item');
  });

  check('every address of a contact is told in lower case, the first one first', async (world) => {
    await world.hands.makeContact({
      fields: { lastName: 'Marlow', email: 'Robin@Acme.example' },
      furtherAddresses: ['R.Marlow@Home.example'],
    });
    const reader = createReader(world);
    await reader.visit();
    const contact = reader.one('contacts', 'Marlow');
    expect(contact).toMatchObject({
      fields: { email: 'robin@acme.example' },
      addresses: ['robin@acme.example', 'r.marlow@home.example'],
    });
  });

  check('a contact is in the folder for Salesforce where its owner put it there', async (world) => {
    await world.hands.makeContact({ fields: { lastName: 'Inside' }, isInSalesforceFolder: true });
    await world.hands.makeContact({ fields: { lastName: 'Outside' } });
    const reader = createReader(world);
    await reader.visit();
    expect(reader.one('contacts', 'Inside')).toMatchObject({ isInSalesforceFolder: true });
    expect(reader.one('contacts', 'Outside')).toMatchObject({ isInSalesforceFolder: false });
    world.advance(MINUTE);
    await world.hands.fileContact('Outside', true);
    await world.hands.fileContact('Inside', false);
    await reader.visit();
    expect(reader.one('contacts', 'Outside')).toMatchObject({ isInSalesforceFolder: true });
    expect(reader.one('contacts', 'Inside')).toMatchObject({ isInSalesforceFolder: false });
  });

  check(
    'a task that its owner completes is completed, and open again when he takes that back',
    async (world) => {
      await makeByHand(world, 'tasks', 'Call back');
      const reader = createReader(world);
      await reader.visit();
      expect(reader.one('tasks', 'Call back')).toMatchObject({
        fields: { status: 'open' },
        completedAt: null,
      });
      const { itemId } = reader.one('tasks', 'Call back');
      world.advance(MINUTE);
      await world.hands.edit('tasks', 'Call back', { status: 'completed' });
      await reader.visit();
      expect(reader.one('tasks', 'Call back').fields.status).toBe('completed');
      world.advance(MINUTE);
      await world.hands.edit('tasks', 'Call back', { status: 'open' });
      const open = await readNow(world, 'tasks', itemId);
      expect(open).toMatchObject({ fields: { status: 'open' }, completedAt: null });
    },
  );
}
