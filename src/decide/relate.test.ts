/** Who takes part in an event (V3): whose answers a mailbox may tell. */
import { describe, expect, test } from 'vitest';
import { event, rulesAt } from '../../test/support/pair-builders.ts';
import type { Person } from '../model/connector.ts';
import type { RecordId } from '../model/ids.ts';
import type { Attendee } from '../model/mailbox-item.ts';
import type { LookUpIndex } from './match.ts';
import { relate } from './relate.ts';

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
