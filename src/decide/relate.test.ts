/** Who takes part in an event (V3): whose answers a mailbox may tell. */
import { describe, expect, test } from 'vitest';
import { event, rulesAt } from '../../test/support/pair-builders.ts';
import type { Person } from '../model/connector.ts';
import type { RecordId } from '../model/ids.ts';
import type { Attendee, EventItem } from '../model/mailbox-item.ts';
import type { LookUpIndex } from './match.ts';
import { domainsOf, participantsOf, printPeople, relate } from './relate.ts';

const OWN = 'anna@contoso.example';
const guest = (address: string, answer: Attendee['answer']): Attendee => ({
  address,
  name: '',
  answer,
  isResource: false,
});
const knownAs = (address: string, kind: Person['kind']): Person => ({
  kind,
  recordId: `record of ${address}` as RecordId,
  address,
  accountId: null,
});
const index: LookUpIndex = {
  people: new Map(
    [
      knownAs('kim@acme.example', 'contact'),
      knownAs('lee@acme.example', 'contact'),
      knownAs(OWN, 'internal'),
    ].map((one) => [one.address, one]),
  ),
  accounts: new Map(),
  related: new Map(),
};
const meeting = {
  attendees: [
    guest('kim@acme.example', 'accepted'),
    guest('lee@acme.example', 'tentative'),
    guest(OWN, 'none'),
  ],
  answer: 'declined',
} as const;
const answersOf = (isOrganizer: boolean, leads: boolean) =>
  Object.fromEntries(
    relate(
      event({
        ...meeting,
        isOrganizer,
        organizer: { address: isOrganizer ? OWN : 'ben@elsewhere.example', name: '' },
      }),
      index,
      rulesAt(),
      { leads, isMine: true, mayGive: true },
    ).relations.people.map(({ person, answer }) => [person.address, answer]),
  );

describe('Answers to a meeting', () => {
  test('are the guests’ own, where the mailbox organizes it', () => {
    expect(answersOf(true, true)).toEqual({ 'kim@acme.example': 'accepted', 'lee@acme.example': 'none' });
  });

  test('of others are not known where somebody else does, whatever the copy says', () => {
    expect(answersOf(false, true)).toEqual({ 'kim@acme.example': 'unknown', 'lee@acme.example': 'unknown' });
  });

  test('is the owner’s own alone, where a colleague’s mailbox leads', () => {
    expect(answersOf(false, false)).toEqual({ [OWN]: 'declined' });
  });
});

describe('Whose the record is', () => {
  const organizer: Person = {
    kind: 'internal',
    recordId: '005B' as RecordId,
    address: 'ben@elsewhere.example',
    accountId: null,
  };
  const theirs = event({
    ...meeting,
    isOrganizer: false,
    organizer: { address: organizer.address, name: '' },
  });
  const known = { ...index, people: new Map([...index.people, [organizer.address, organizer]]) };
  const related = (mayGive: boolean) =>
    relate(theirs, known, rulesAt(), { leads: true, isMine: true, mayGive });

  test('is the organizer, where a record made twice could be found again', () => {
    expect(related(true).ownerId).toBe(organizer.recordId);
    expect(related(true).relations.people.map(({ person }) => person)).not.toContain(organizer);
  });

  test('is the mailbox that made it elsewhere, and the organizer takes part', () => {
    expect(related(false).ownerId).toBeNull();
    expect(related(false).relations.people.map(({ person }) => person)).toContain(organizer);
  });
});

describe('Who takes part', () => {
  const open = rulesAt();
  const of = (change: Partial<EventItem>, rules = open) => participantsOf(event(change), rules);
  const kim = guest('kim@acme.example', 'declined');
  const organizer = { address: 'ben@elsewhere.example', name: '' };

  test('are the guests with their answers and the organizer, who comes; no rooms and nobody without an address', () => {
    const room = { ...guest('room@acme.example', 'accepted'), isResource: true };
    expect(of({ attendees: [kim, room, guest('', 'none')], organizer })).toEqual([
      { address: 'kim@acme.example', answer: 'declined' },
      { address: 'ben@elsewhere.example', answer: 'accepted' },
    ]);
  });

  test('is each once; the organizer comes, though he stands among the guests without an answer', () => {
    const twice = { attendees: [guest(organizer.address, 'none'), kim, kim], organizer };
    expect(of(twice).map(({ address, answer }) => `${address} ${answer}`)).toEqual([
      'ben@elsewhere.example accepted',
      'kim@acme.example declined',
    ]);
  });

  test('is nobody in an appointment without guests, and no organizer without an address', () => {
    expect(of({ attendees: [], organizer })).toEqual([]);
    expect(of({ attendees: [kim], organizer: { address: '', name: '' } })).toHaveLength(1);
    expect(of({ attendees: [kim], organizer: null })).toHaveLength(1);
  });

  test('is nobody from a blocklist', () => {
    const rules = rulesAt({ blocklist: ['acme.example'] });
    expect(of({ attendees: [kim], organizer }, rules).map(({ address }) => address)).toEqual([
      organizer.address,
    ]);
  });

  test('has domains by which accounts are matched, each once', () => {
    const addresses = ['kim@acme.example', 'lee@eu.acme.example', 'bob@gmail.com', 'max@beta.example'];
    expect(domainsOf(addresses, open)).toEqual(['acme.example', 'beta.example']);
  });
});

describe('Relations', () => {
  const options = { leads: true, isMine: true, mayGive: true };
  const of = (change: Partial<EventItem>, more: Partial<typeof options> = {}, people = index) =>
    relate(event({ ...meeting, ...change }), people, rulesAt(), { ...options, ...more });
  const namesOf = (...given: Parameters<typeof of>) =>
    of(...given).relations.people.map(({ person }) => person.address);

  test('are all of them where the organizer’s mailbox leads, and some anywhere else', () => {
    expect(of({}).relations.these).toBe('all');
    expect(of({ isOrganizer: false }).relations.these).toBe('some');
    expect(of({}, { leads: false }).relations.these).toBe('some');
  });

  test('leave out whom the CRM does not know', () => {
    expect(namesOf({ attendees: [guest('nobody@else.example', 'accepted')] })).toEqual([]);
  });

  test('leave out the owner of the record alone: of a record of somebody else this mailbox’s owner is one', () => {
    expect(namesOf({})).not.toContain(OWN);
    expect(namesOf({}, { isMine: false })).toContain(OWN);
  });

  test('name one person once, though two of his addresses are invited', () => {
    const kim = index.people.get('kim@acme.example');
    if (kim === undefined) throw new Error('Kim is known');
    const people = new Map([...index.people, ['k@acme.example', kim]]);
    const attendees = [guest('k@acme.example', 'none'), guest('kim@acme.example', 'accepted')];
    const { relations } = of({ attendees }, {}, { ...index, people });
    expect(relations.people).toEqual([{ person: kim, answer: 'none' }]);
  });

  test('tell a declined guest as declined, and the owner’s own answer as it is on the copy', () => {
    const { people } = of({ attendees: [guest('kim@acme.example', 'declined')] }).relations;
    expect(people.map(({ answer }) => answer)).toEqual(['declined']);
    const own = of(
      { isOrganizer: false, answer: 'tentative', attendees: [guest(OWN, 'accepted')] },
      { leads: false },
    );
    expect(own.relations.people.map(({ answer }) => answer)).toEqual(['none']);
  });

  test('give the record to the organizer only where he is a user of the CRM and the mailbox is not his', () => {
    const organizer = { address: 'kim@acme.example', name: '' };
    expect(of({ isOrganizer: false, organizer }).ownerId).toBeNull();
    const user = { ...index, people: new Map([[organizer.address, knownAs(organizer.address, 'internal')]]) };
    expect(of({ isOrganizer: false, organizer }, {}, user).ownerId).toBe(`record of ${organizer.address}`);
    expect(of({ isOrganizer: true, organizer }, {}, user).ownerId).toBeNull();
    expect(of({ isOrganizer: false, organizer: null }, {}, user).ownerId).toBeNull();
  });
});

describe('What an event is related to', () => {
  const id = (text: string) => text as RecordId;
  const at = (
    address: string,
    accountId: string | null,
    kind: Person['kind'] = 'contact',
  ): [string, Person] => [
    address,
    { ...knownAs(address, kind), accountId: accountId === null ? null : id(accountId) },
  ];
  const relatedTo = (people: [string, Person][], more: Partial<LookUpIndex> = {}) =>
    relate(event(meeting), { ...index, people: new Map(people), ...more }, rulesAt(), {
      leads: true,
      isMine: true,
      mayGive: true,
    }).relatedTo;

  test('is the account of the first guest from outside who has one', () => {
    expect(relatedTo([at('kim@acme.example', null), at('lee@acme.example', '001L')])).toBe('001L');
    expect(relatedTo([at('kim@acme.example', '001K'), at('lee@acme.example', '001L')])).toBe('001K');
  });

  test('is never the account of a user of the CRM, or of an address of the own organization', () => {
    expect(relatedTo([at('kim@acme.example', '001K', 'internal')])).toBeNull();
    expect(relatedTo([at(OWN, '001O')])).toBeNull();
  });

  test('is the account by domain, after those of people', () => {
    const accounts = new Map([['acme.example', id('001D')]]);
    expect(relatedTo([], { accounts })).toBe('001D');
    expect(relatedTo([at('lee@acme.example', '001L')], { accounts })).toBe('001L');
  });

  test('is the opportunity or case of the first account that has one', () => {
    const people = [at('kim@acme.example', '001K'), at('lee@acme.example', '001L')];
    expect(relatedTo(people, { related: new Map([[id('001L'), id('006L')]]) })).toBe('006L');
  });
});

describe('The print of the people', () => {
  const printOf = (change: Partial<EventItem>, leads = true) =>
    printPeople(event({ ...meeting, ...change }), {
      leads,
      isOwn: (address) => address === OWN,
      print: (text) => text,
    });
  const [kim, lee, own] = meeting.attendees;

  test('is the same in whatever order the service names the guests, and with whatever rooms', () => {
    const room = { ...guest('room@acme.example', 'accepted'), isResource: true };
    expect(printOf({ attendees: [own, room, lee, kim] })).toBe(printOf({}));
  });

  test('moves with a guest, with a guest’s answer and with the own one', () => {
    const prints = [
      printOf({}),
      printOf({ attendees: [kim, lee] }),
      printOf({ attendees: [kim, { ...lee, answer: 'declined' }, own] }),
      printOf({ answer: 'accepted' }),
    ];
    expect(new Set(prints).size).toBe(prints.length);
  });

  test('does not move with what the list of guests says of the own answer: the copy’s own word counts', () => {
    expect(printOf({ attendees: [kim, lee, { ...own, answer: 'accepted' }] })).toBe(printOf({}));
  });

  test('of a mailbox that does not lead moves with the own answer alone', () => {
    expect(printOf({ attendees: [] }, false)).toBe(printOf({}, false));
    expect(printOf({ answer: 'accepted' }, false)).not.toBe(printOf({}, false));
    expect(printOf({ attendees: [] }, false)).not.toBe(printOf({ attendees: [] }));
  });
});
