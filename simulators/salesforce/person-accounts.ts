/**
 * Person accounts: an account and a contact that are one person. The account is written, the contact follows it; the contact itself can be neither
 * written nor deleted. Facts as the Object Reference states them; how refusals are worded is not documented.
 */
import { addTyped } from './direct-rows.ts';
import { type Json, RecordError } from './errors.ts';
import type { Organization } from './organization.ts';
import { deployField } from './schema/schema.ts';
import { findRows, patchRow, rowOf, textOf, type Writer } from './store.ts';
import type { Row } from './values.ts';

const ACCOUNT_FIELDS = [
  'IsPersonAccount boolean fsgd',
  'FirstName string(40) cufsgn',
  'LastName string(80) cufsgn',
  'PersonContactId reference fsgn > Contact as PersonContact',
  'PersonEmail email(80) cufsgni',
  'PersonMobilePhone phone(40) cufsgn',
  'PersonHomePhone phone(40) cufsgn',
  'PersonTitle string(80) cufsgn',
  'PersonDepartment string(80) cufsgn',
  'PersonMailingStreet textarea(255) cufsgn',
  'PersonMailingCity string(40) cufsgn',
  'PersonMailingState string(80) cufsgn',
  'PersonMailingPostalCode string(20) cufsgn',
  'PersonMailingCountry string(80) cufsgn',
  'PersonBirthdate date cufsgn',
];

/** Deploys what an organization with person accounts has besides. */
export function enablePersonAccounts(organization: Organization, now: number): void {
  for (const line of ACCOUNT_FIELDS) deployField(organization.schema, 'Account', line, now);
  deployField(organization.schema, 'Contact', 'IsPersonAccount boolean fsgd', now);
}

/** Adds both halves of a person; `record` has the account's names of fields. */
export function addPersonAccount(
  writer: Writer,
  record: Record<string, Json>,
): { accountId: string; contactId: string } {
  const name = [record.FirstName, record.LastName].filter((part) => typeof part === 'string').join(' ');
  const accountId = addTyped(writer, 'Account', { Name: name, IsPersonAccount: true, ...record });
  const contact = contactOf(rowOf(writer, 'Account', accountId) ?? {});
  const contactId = addTyped(writer, 'Contact', {
    ...(contact as Record<string, Json>),
    AccountId: accountId,
    IsPersonAccount: true,
  });
  patchRow(writer, 'Account', accountId, { PersonContactId: contactId });
  return { accountId, contactId };
}

const SHARED = ['FirstName', 'LastName', 'Phone', 'Fax', 'OwnerId'];

function contactOf(account: Row): Row {
  const contact: Row = {};
  for (const name of SHARED) contact[name] = account[name] ?? null;
  for (const line of ACCOUNT_FIELDS) {
    const [name = ''] = line.split(' ');
    if (name.startsWith('Person') && name !== 'PersonContactId')
      contact[name.slice('Person'.length)] = account[name] ?? null;
  }
  return contact;
}

/** Brings a changed person account to its contact. */
export function followPersonAccount(writer: Writer, accountId: string): void {
  const account = rowOf(writer, 'Account', accountId);
  if (account?.IsPersonAccount !== true) return;
  const name = `${textOf(account, 'FirstName')} ${textOf(account, 'LastName')}`.trim();
  for (const contact of findRows(writer, 'Contact', 'AccountId', accountId)) {
    if (contact.IsPersonAccount === true)
      patchRow(writer, 'Contact', String(contact.Id), { ...contactOf(account), Name: name });
  }
}

/** Refuses what may be done to the account alone. */
export function guardPersonContact(contact: Row, code: string): void {
  if (contact.IsPersonAccount !== true) return;
  throw new RecordError(code, 'This contact is a person account; use the account instead.');
}
