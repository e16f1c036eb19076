import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CrmUser } from '../model/crm-users.ts';
import type { LicenseId, ProfileId } from '../model/ids.ts';
import { mergePerson, type PersonWish } from './merge-person.ts';

const anna: CrmUser = {
  userId: '005000000000001AAA',
  username: 'anna@contoso.test',
  name: 'Anna Berg',
  email: 'anna.berg@contoso.test',
  timeZone: 'Europe/Berlin',
  isActive: true,
};
const plain: PersonWish = {
  user: anna,
  fullName: null,
  mailboxLogin: null,
  mailboxAddress: 'of-crm',
  profileId: null,
  licenseId: null,
};

test('somebody new has what the CRM says, and the address that it knows', () => {
  expect(mergePerson(null, plain)).toMatchObject({
    change: 'created',
    person: { fullName: 'Anna Berg', mailboxAddress: 'anna.berg@contoso.test', profileId: null },
  });
  expect(mergePerson(null, { ...plain, mailboxAddress: null }).person.mailboxAddress).toBeNull();
});

test('what an admin named stands until he names something else', () => {
  const known = mergePerson(null, { ...plain, mailboxAddress: 'sales@contoso.test' }).person;
  expect(mergePerson(known, plain)).toEqual({ person: known, change: 'unchanged' });
  const renamed = { ...plain, user: { ...anna, username: 'a.berg@contoso.test' } };
  expect(mergePerson(known, renamed)).toMatchObject({
    change: 'changed',
    person: { username: 'a.berg@contoso.test', mailboxAddress: 'sales@contoso.test' },
  });
});

test('the same wish twice changes nothing the second time', () => {
  const text = fc.option(fc.string({ minLength: 1, maxLength: 5 }));
  const wishes = fc.record<PersonWish>({
    user: fc.constant(anna),
    fullName: text,
    mailboxLogin: text,
    mailboxAddress: fc.oneof(text, fc.constant('of-crm' as const)),
    profileId: text as fc.Arbitrary<ProfileId | null>,
    licenseId: text as fc.Arbitrary<LicenseId | null>,
  });
  fc.assert(
    fc.property(fc.option(wishes), wishes, (first, wish) => {
      const known = first === null ? null : mergePerson(null, first).person;
      const { person } = mergePerson(known, wish);
      expect(mergePerson(person, wish)).toEqual({ person, change: 'unchanged' });
    }),
    { seed: 20_261_127 },
  );
});
