/** A person as imports write him: the CRM's word on who he is, and what admins named for him. His role, settings and logins are no part of it. */
import type { LicenseId, ProfileId } from './ids.ts';

export interface ProvisionedPerson {
  /** Salesforce: 18 characters. */
  readonly crmUserId: string;
  readonly username: string;
  readonly email: string;
  /** IANA zone. */
  readonly timeZone: string;
  readonly fullName: string;
  /** The mailbox that was named for him, lower case, and its login. */
  readonly mailboxAddress: string | null;
  readonly mailboxLogin: string | null;
  readonly profileId: ProfileId | null;
  readonly licenseId: LicenseId | null;
}
