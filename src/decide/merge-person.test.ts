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

test('a name comes from who named it, then from the CRM, then from what was known', () => {
  const known = mergePerson(null, { ...plain, fullName: 'Anna B.' }).person;
  const nameless = { ...plain, user: { ...anna, name: '' } };
  expect(known.fullName).toBe('Anna B.');
  expect(mergePerson(known, plain).person.fullName).toBe('Anna Berg');
  expect(mergePerson(known, nameless).person.fullName).toBe('Anna B.');
  expect(mergePerson(null, nameless).person.fullName).toBe('');
  expect(mergePerson(known, { ...nameless, fullName: 'A. Berg' }).person.fullName).toBe('A. Berg');
});

test('what is not named keeps the login, the profile, the license and the address that are there', () => {
  const [profileId, licenseId] = ['p1' as ProfileId, 'l1' as LicenseId];
  const named = { mailboxLogin: 'CONTOSO\\anna', mailboxAddress: 'a@contoso.test', profileId, licenseId };
  const known = mergePerson(null, { ...plain, ...named }).person;
  expect(known).toMatchObject(named);
  expect(mergePerson(known, { ...plain, mailboxAddress: null })).toEqual({
    ...{ person: known, change: 'unchanged' },
  });
  const other = { mailboxLogin: 'x', mailboxAddress: 'b@contoso.test', profileId: 'p2' as ProfileId };
  expect(mergePerson(known, { ...plain, ...other }).person).toMatchObject({ ...other, licenseId });
  expect(mergePerson(null, { ...plain, mailboxAddress: null }).person).toMatchObject({
    ...{ mailboxLogin: null, mailboxAddress: null, profileId: null, licenseId: null },
  });
});

test("the CRM's address counts only while none is known, and an empty one is none", () => {
  const without = { ...plain, user: { ...anna, email: '' } };
  expect(mergePerson(null, without).person).toMatchObject({ email: '', mailboxAddress: null });
  const moved = { ...plain, user: { ...anna, email: 'anna@elsewhere.test' } };
  expect(mergePerson(mergePerson(null, plain).person, moved)).toMatchObject({
    change: 'changed',
    person: { email: 'anna@elsewhere.test', mailboxAddress: 'anna.berg@contoso.test' },
  });
  expect(mergePerson(mergePerson(null, without).person, moved).person.mailboxAddress).toBe(
    'anna@elsewhere.test',
  );
});

test.each<Partial<CrmUser>>([
  { userId: '005000000000002AAA' },
  { username: 'other@contoso.test' },
  { email: 'other@contoso.test' },
  { timeZone: 'Asia/Tokyo' },
  { name: 'Anna Other' },
])('what the CRM says anew is a change: %j', (change) => {
  const known = mergePerson(null, plain).person;
  expect(mergePerson(known, { ...plain, user: { ...anna, ...change } }).change).toBe('changed');
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
