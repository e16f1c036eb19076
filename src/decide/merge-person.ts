/**
 * What an import makes of one person: new, changed or the same, and with which values (M6). Pure, so that a dry run and the import itself cannot
 * differ. What the CRM says of its user always counts; what an admin named stands until he names something else.
 */
import type { CrmUser } from '../model/crm-users.ts';
import type { LicenseId, ProfileId } from '../model/ids.ts';
import type { ProvisionedPerson } from '../model/provisioned-person.ts';

/** What is known of him besides the CRM; null leaves what there is. */
export interface PersonWish {
  readonly user: CrmUser;
  readonly fullName: string | null;
  readonly mailboxLogin: string | null;
  /** Named by somebody. Null: nobody did. `of-crm`: the CRM's address counts until one is named. */
  readonly mailboxAddress: string | null | 'of-crm';
  readonly profileId: ProfileId | null;
  readonly licenseId: LicenseId | null;
}

export interface Merged {
  readonly person: ProvisionedPerson;
  readonly change: 'created' | 'changed' | 'unchanged';
}

export function mergePerson(known: ProvisionedPerson | null, wish: PersonWish): Merged {
  const { user } = wish;
  const person: ProvisionedPerson = {
    crmUserId: user.userId,
    username: user.username,
    email: user.email,
    timeZone: user.timeZone,
    fullName: wish.fullName ?? (user.name || (known?.fullName ?? '')),
    mailboxAddress: addressOf(known, wish),
    mailboxLogin: wish.mailboxLogin ?? known?.mailboxLogin ?? null,
    profileId: wish.profileId ?? known?.profileId ?? null,
    licenseId: wish.licenseId ?? known?.licenseId ?? null,
  };
  if (known === null) return { person, change: 'created' };
  return { person, change: isSame(known, person) ? 'unchanged' : 'changed' };
}

function addressOf(known: ProvisionedPerson | null, { mailboxAddress, user }: PersonWish): string | null {
  if (mailboxAddress === 'of-crm') return known?.mailboxAddress ?? (user.email || null);
  return mailboxAddress ?? known?.mailboxAddress ?? null;
}

function isSame(known: ProvisionedPerson, person: ProvisionedPerson): boolean {
  return (Object.keys(person) as (keyof ProvisionedPerson)[]).every((name) => known[name] === person[name]);
}
