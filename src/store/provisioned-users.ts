/**
 * Users as imports read and write them, in batches: by their id at the CRM, whether they ever logged in or not. What becomes of a row is decided by
 * `decide/merge-person.ts`; people who log in are written by `users.ts`.
 */
import type { Instant } from '../model/clock.ts';
import type { LicenseId, OrganizationId, ProfileId, UserId } from '../model/ids.ts';
import type { ProvisionedPerson } from '../model/provisioned-person.ts';
import type { Tx } from './database.ts';
import { newId } from './new-id.ts';

/** Rows of one batch at most. */
export const PROVISIONED_MAX = 500;

export type UserOrigin = 'crm' | 'csv' | 'single';

/** A person with the id of his row. */
export interface ProvisionedUser extends ProvisionedPerson {
  readonly id: UserId;
}

/** Keeps other imports and first logins of the organization waiting until the transaction ends, so that what was read stays true. */
export async function lockProvisioning(tx: Tx, organizationId: OrganizationId): Promise<void> {
  await tx.query(`select from organizations where id = $1 for no key update`, [organizationId]);
}

interface PersonRow {
  id: UserId;
  crm_user_id: string;
  username: string;
  email: string;
  time_zone: string;
  full_name: string;
  mailbox_address: string | null;
  mailbox_login: string | null;
  profile_id: ProfileId | null;
  license_id: LicenseId | null;
}

/** Those of these people who are here already, by their id at the CRM. */
export async function readProvisioned(
  tx: Tx,
  { organizationId, crmUserIds }: { organizationId: OrganizationId; crmUserIds: readonly string[] },
): Promise<ReadonlyMap<string, ProvisionedUser>> {
  const { rows } = await tx.query<PersonRow>(
    `select id, crm_user_id, username, email, time_zone, full_name, mailbox_address, mailbox_login, profile_id, license_id
     from users where organization_id = $1 and crm_user_id = any ($2::text[])`,
    [organizationId, crmUserIds],
  );
  return new Map(rows.map((row) => [row.crm_user_id, personOf(row)]));
}

/** Who has which of these mailbox addresses: address to the person's id at the CRM. */
export async function readAddressOwners(
  tx: Tx,
  { organizationId, addresses }: { organizationId: OrganizationId; addresses: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await tx.query<{ mailbox_address: string; crm_user_id: string }>(
    `select mailbox_address, crm_user_id from users
     where organization_id = $1 and mailbox_address = any ($2::text[])`,
    [organizationId, addresses],
  );
  return new Map(rows.map((row) => [row.mailbox_address, row.crm_user_id]));
}

/**
 * Writes people as they are to be, at most `PROVISIONED_MAX`, and returns their rows' ids by their ids at the CRM. A new one has the role of a
 * user and never logged in; of one who is here, role, settings, origin and logins stay.
 */
export async function writeProvisioned(
  tx: Tx,
  batch: {
    readonly organizationId: OrganizationId;
    readonly people: readonly ProvisionedPerson[];
    readonly origin: UserOrigin;
    readonly now: Instant;
  },
): Promise<ReadonlyMap<string, UserId>> {
  const { organizationId, people, origin, now } = batch;
  if (people.length > PROVISIONED_MAX) throw new RangeError('too many people in one batch');
  if (people.length === 0) return new Map();
  const { rows } = await tx.query<{ id: UserId; crm_user_id: string }>(
    `insert into users (id, organization_id, crm_user_id, username, email, time_zone, role, full_name, mailbox_address,
       mailbox_login, profile_id, license_id, origin, created_at, seen_at)
     select id, $1, "crmUserId", username, email, "timeZone", 'user', "fullName", "mailboxAddress", "mailboxLogin", "profileId",
       "licenseId", $3, $4, null
     from jsonb_to_recordset($2) as people (id uuid, "crmUserId" text, username text, email text, "timeZone" text,
       "fullName" text, "mailboxAddress" text, "mailboxLogin" text, "profileId" uuid, "licenseId" uuid)
     on conflict (organization_id, crm_user_id) do update set
       username = excluded.username, email = excluded.email, time_zone = excluded.time_zone, full_name = excluded.full_name,
       mailbox_address = excluded.mailbox_address, mailbox_login = excluded.mailbox_login,
       profile_id = excluded.profile_id, license_id = excluded.license_id
     returning id, crm_user_id`,
    [
      organizationId,
      JSON.stringify(people.map((person) => ({ ...person, id: newId<UserId>(now) }))),
      origin,
      new Date(now),
    ],
  );
  return new Map(rows.map((row) => [row.crm_user_id, row.id]));
}

function personOf(row: PersonRow): ProvisionedUser {
  return {
    id: row.id,
    crmUserId: row.crm_user_id,
    username: row.username,
    email: row.email,
    timeZone: row.time_zone,
    fullName: row.full_name,
    mailboxAddress: row.mailbox_address,
    mailboxLogin: row.mailbox_login,
    profileId: row.profile_id,
    licenseId: row.license_id,
  };
}
