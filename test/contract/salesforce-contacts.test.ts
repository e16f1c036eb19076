/** Contacts in Salesforce: every field both ways, names, duplicate rules, person accounts, hidden fields, and how one is found. */
import { expect, test } from 'vitest';
import { reduceFields } from '../../src/model/canonical.ts';
import type { Fields } from '../../src/model/collection.ts';
import type { RecordId } from '../../src/model/ids.ts';
import {
  ask,
  changed,
  fieldsOf,
  good,
  newRecord,
  openRecords,
  readAll,
} from '../support/salesforce-records.ts';

const KIM: Fields = {
  firstName: 'Kim',
  lastName: 'Østergård',
  email: 'kim@acme.example',
  phone: '+45 1234 5678',
  mobile: '+45 2345 6789',
  homePhone: '+45 3456 7890',
  fax: '+45 4567 8901',
  title: 'Head of 漢字',
  department: 'Sales',
  street: 'Vej 1\n2. sal',
  city: 'Århus',
  state: 'Midtjylland',
  postalCode: '8000',
  country: 'Denmark',
  birthday: '1980-02-29',
  notes: 'Likes 🎉\n\nand tea',
};
const EMPTY: Fields = Object.fromEntries(Object.keys(KIM).map((name) => [name, '']));

test.each<[string, Fields]>([
  ['a contact of every field', KIM],
  ['a contact of a last name alone', { ...EMPTY, lastName: 'Kim' }],
  [
    'a contact of long texts',
    { ...KIM, lastName: 'ä'.repeat(100), notes: '🎉'.repeat(17_000), title: 't'.repeat(129) },
  ],
])('%s comes back as the service can hold it', async (_, fields) => {
  const { records } = await openRecords();
  const [one] = good(await records.writeRecords('contacts', [newRecord(fields)]));
  const specs = (await records.capabilities()).contacts.fields;
  expect(await fieldsOf(records, 'contacts', one?.recordId as RecordId)).toEqual({
    ...reduceFields(fields, specs),
    company: '',
  });
  expect(one?.version).not.toBe('');
});

test('every field can be cleared but the last name', async () => {
  const { records } = await openRecords();
  const [one] = good(await records.writeRecords('contacts', [newRecord(KIM)]));
  const recordId = one?.recordId as RecordId;
  good(await records.writeRecords('contacts', [changed(recordId, { ...EMPTY, lastName: 'Kim' })]));
  expect(await fieldsOf(records, 'contacts', recordId)).toEqual({ ...EMPTY, lastName: 'Kim', company: '' });
});

test('a contact without a last name is refused before any request', async () => {
  const { records, crm } = await openRecords();
  const [one] = good(await records.writeRecords('contacts', [newRecord(KIM)]));
  const before = crm.traffic().requests;
  const results = await records.writeRecords('contacts', [
    newRecord({ ...KIM, lastName: '' }),
    newRecord({ firstName: 'Kim' }),
    changed(one?.recordId ?? '', { lastName: ' ' }),
  ]);
  expect(results.map((result) => !result.ok && result.failure.code)).toEqual(
    Array.from({ length: 3 }, () => 'crm.contact-without-name'),
  );
  expect(crm.traffic().requests).toBe(before);
});

test('the company is the account’s name, and cannot be written', async () => {
  const { records, simulator } = await openRecords();
  const [account] = simulator.insert('Account', [{ Name: 'Acme' }]);
  const [one] = good(
    await records.writeRecords('contacts', [
      newRecord({ ...KIM, company: 'Other' }, { relatedTo: account as RecordId }),
    ]),
  );
  expect(await fieldsOf(records, 'contacts', one?.recordId as RecordId)).toEqual({ ...KIM, company: 'Acme' });
  expect(simulator.records('Account')).toHaveLength(1);
  expect((await records.capabilities()).contacts.fields.company).toEqual({
    lengthMax: null,
    writable: false,
  });
});

test('a birthday without a year that Salesforce takes is left out and named', async () => {
  const { records } = await openRecords();
  const [one] = good(await records.writeRecords('contacts', [newRecord({ ...KIM, birthday: '1604-05-05' })]));
  expect(one?.reduced).toEqual(['birthday']);
  expect(await fieldsOf(records, 'contacts', one?.recordId as RecordId)).toMatchObject({ birthday: '' });
});

test('what a duplicate rule detects is the trouble of that contact, until somebody says so', async () => {
  const { records, simulator } = await openRecords();
  simulator.addDuplicateRule({ object: 'Contact', field: 'Email', allowSave: true });
  good(await records.writeRecords('contacts', [newRecord(KIM)]));
  const other = { ...KIM, email: 'other@acme.example' };
  const results = await records.writeRecords('contacts', [newRecord(KIM), newRecord(other)]);
  expect(results).toMatchObject([
    { ok: false, failure: { code: 'crm.duplicate-rule' }, said: 'Use one of these records?' },
    { ok: true },
  ]);
  const [allowed] = good(await records.writeRecords('contacts', [newRecord(KIM, { allowDuplicate: true })]));
  expect(allowed).toMatchObject({ created: true });
});

test('a bad address or a country that the org does not know stops its own contact alone', async () => {
  const { records, simulator } = await openRecords();
  simulator.deployField('Contact', 'MailingCountry picklist(80) cufsgnr [Denmark;Germany]');
  const results = await records.writeRecords('contacts', [
    newRecord({ ...KIM, country: 'Atlantis' }),
    newRecord({ ...KIM, email: 'no address' }),
    newRecord(KIM),
  ]);
  expect(results.map((result) => (result.ok ? 'ok' : result.failure.code))).toEqual([
    'crm.record-refused',
    'crm.record-refused',
    'ok',
  ]);
});

test('a person account is read as a contact, and written and deleted through its account', async () => {
  const { records, simulator, crm, userId } = await openRecords();
  simulator.enablePersonAccounts();
  await crm.check();
  const { accountId, contactId } = simulator.addPersonAccount({
    FirstName: 'Kim',
    LastName: 'Lee',
    PersonEmail: 'kim@home.example',
    Phone: '1',
    Description: 'Old',
    OwnerId: userId,
  });
  const [plain] = good(await records.writeRecords('contacts', [newRecord(KIM)]));
  const { records: read } = await readAll(records, ask('contacts'));
  expect(read.find(({ recordId }) => recordId === contactId)?.fields).toMatchObject({
    firstName: 'Kim',
    email: 'kim@home.example',
    phone: '1',
    notes: 'Old',
    company: '',
  });
  const wanted: Fields = { ...KIM, email: 'new@home.example' };
  const written = good(
    await records.writeRecords('contacts', [
      changed(contactId, wanted),
      changed(plain?.recordId ?? '', { firstName: 'Kid' }),
    ]),
  );
  expect(await fieldsOf(records, 'contacts', contactId as RecordId)).toEqual({ ...wanted, company: '' });
  const [now] = good(await records.readRecords('contacts', [contactId as RecordId]));
  expect(written[0]).toMatchObject({ recordId: contactId, version: now?.version, created: false });
  good(await records.deleteRecords('contacts', [contactId as RecordId]));
  expect(simulator.records('Account').some(({ Id }) => Id === accountId)).toBe(false);
  expect(simulator.records('Contact')).toHaveLength(1);
});

test('fields that the user does not see are not there, and those that he may not write say so', async () => {
  const { records, simulator, crm } = await openRecords();
  simulator.changeUser('anna@contoso.example', {
    hiddenFields: ['Contact.Fax', 'Contact.Birthdate'],
    readOnlyFields: ['Contact.Title'],
  });
  await crm.check();
  const { fields } = (await records.capabilities()).contacts;
  expect([fields.fax, fields.birthday, fields.title?.writable]).toEqual([undefined, undefined, false]);
  const [one] = good(await records.writeRecords('contacts', [newRecord(KIM)]));
  const read = await fieldsOf(records, 'contacts', one?.recordId as RecordId);
  expect(Object.keys(read ?? {})).not.toContain('fax');
  expect(read).toMatchObject({ title: '', phone: KIM.phone });
});

test('a field that went away since the org was described is dropped, and the rest is written', async () => {
  const { records, simulator } = await openRecords();
  await records.capabilities();
  simulator.changeUser('anna@contoso.example', { hiddenFields: ['Contact.Fax'] });
  const [one] = good(await records.writeRecords('contacts', [newRecord(KIM)]));
  expect(await fieldsOf(records, 'contacts', one?.recordId as RecordId)).toMatchObject({ phone: KIM.phone });
  expect(simulator.records('Contact')).toHaveLength(1);
});

test('a text that Salesforce finds too long all the same is cut once and named', async () => {
  const { records, simulator } = await openRecords();
  await records.capabilities();
  simulator.deployField('Contact', 'Department string(10) cufsgn');
  const [one] = good(
    await records.writeRecords('contacts', [newRecord({ ...KIM, department: 'x'.repeat(30) })]),
  );
  expect(one?.reduced).toEqual(['department']);
  expect(await fieldsOf(records, 'contacts', one?.recordId as RecordId)).toMatchObject({
    department: 'x'.repeat(10),
  });
});

test('a contact is found by any of its addresses, else by name and company, the oldest first', async () => {
  const { records, simulator, clock, crm } = await openRecords();
  const [acme = null] = simulator.insert('Account', [{ Name: 'Acme' }]);
  const [older] = simulator.insert('Contact', [{ LastName: 'Lee', Private_Email__c: 'LEE@home.example' }]);
  await clock.advance(1_000);
  simulator.insert('Contact', [{ LastName: 'Lee', Email: 'lee@home.example' }]);
  const [named] = simulator.insert('Contact', [{ FirstName: 'Kim', LastName: 'Berg', AccountId: acme }]);
  await records.capabilities();
  const before = crm.traffic().requests;
  const found = await records.findRecords('contacts', [
    { key: null, fields: { lastName: 'Nobody' }, addresses: ['x@y.example', 'lee@home.example'] },
    { key: null, fields: { firstName: 'kim', lastName: 'Berg', company: 'ACME' }, addresses: [] },
    { key: null, fields: { firstName: 'Kim', lastName: 'Berg', company: '' }, addresses: [] },
    { key: null, fields: { firstName: 'Tim', lastName: 'Berg', company: 'Acme' }, addresses: [] },
  ]);
  expect(found.map((one) => one?.recordId ?? null)).toEqual([older, named, null, null]);
  expect(crm.traffic().requests - before).toBe(1);
});

test('two hundred wishes need a few requests, never one each', async () => {
  const { records, crm } = await openRecords();
  await records.capabilities();
  const before = crm.traffic().requests;
  const wishes = Array.from({ length: 200 }, (_, at) => ({
    key: null,
    fields: { firstName: 'Kim', lastName: `Name ${at}`, company: `Company ${at}` },
    addresses: [`person-${at}@company-${at}.example`],
  }));
  expect(await records.findRecords('contacts', wishes)).toEqual(wishes.map(() => null));
  expect(crm.traffic().requests - before).toBeLessThanOrEqual(2);
});
