/** How the people of a profile are reached, as far as imports, pre-flights and activations need it: which connections lend their credentials. */
import type { Instant } from '../model/clock.ts';
import type { AccessId, ConnectionId, OrganizationId, ProfileId, UserId } from '../model/ids.ts';
import type { Tx } from './database.ts';

const ACCESSES_MAX = 5;
const ADMINS_MAX = 20;

/** Connections of CRM accesses that are not refused, that of the profile first. */
export async function listCrmAccessConnections(
  tx: Tx,
  { organizationId, profileId }: { organizationId: OrganizationId; profileId: ProfileId | null },
): Promise<readonly ConnectionId[]> {
  const { rows } = await tx.query<{ id: ConnectionId }>(
    `select connection_id as id from accesses
     where organization_id = $1 and side = 'crm' and state <> 'refused'
     order by id = (select crm_access_id from profiles where organization_id = $1 and id = $2) desc nulls last, id
     limit ${ACCESSES_MAX}`,
    [organizationId, profileId],
  );
  return rows.map(({ id }) => id);
}

/** Those who may do everything in an organization, the first one first: whose login serves where nobody's own does. */
export async function listPlatformAdmins(tx: Tx, organizationId: OrganizationId): Promise<readonly UserId[]> {
  const { rows } = await tx.query<{ id: UserId }>(
    `select id from users where organization_id = $1 and role = 'platform-admin' order by id limit ${ADMINS_MAX}`,
    [organizationId],
  );
  return rows.map(({ id }) => id);
}

/** Whether there is such a profile in this scope, and whether its people are synced. Null: there is none. */
export async function readProfileState(
  tx: Tx,
  { organizationId, profileId }: { organizationId: OrganizationId; profileId: ProfileId },
): Promise<{ readonly name: string; readonly enabled: boolean } | null> {
  const { rows } = await tx.query<{ name: string; enabled: boolean }>(
    `select name, enabled from profiles where organization_id = $1 and id = $2`,
    [organizationId, profileId],
  );
  return rows[0] ?? null;
}

/** A person with everything that says how he is reached. */
export interface ReachablePerson {
  readonly userId: UserId;
  readonly crmUserId: string;
  readonly username: string;
  readonly email: string;
  readonly mailboxAddress: string | null;
  readonly mailboxLogin: string | null;
  readonly rolledOutAt: Instant | null;
  readonly profile: {
    readonly id: ProfileId;
    readonly enabled: boolean;
    readonly mailAccessId: AccessId | null;
    readonly crmAccessId: AccessId | null;
  } | null;
}

interface ReachableRow {
  id: UserId;
  crm_user_id: string;
  username: string;
  email: string;
  mailbox_address: string | null;
  mailbox_login: string | null;
  rolled_out_at: Date | null;
  profile_id: ProfileId | null;
  enabled: boolean | null;
  mail_access_id: AccessId | null;
  crm_access_id: AccessId | null;
}

/** Null when there is no such person in this scope. */
export async function readReachablePerson(
  tx: Tx,
  who: { readonly organizationId: OrganizationId; readonly userId: UserId },
): Promise<ReachablePerson | null> {
  const { rows } = await tx.query<ReachableRow>(
    `select users.id, crm_user_id, username, email, mailbox_address, mailbox_login, rolled_out_at, profile_id, enabled,
       mail_access_id, crm_access_id
     from users left join profiles on profiles.organization_id = users.organization_id and profiles.id = profile_id
     where users.organization_id = $1 and users.id = $2`,
    [who.organizationId, who.userId],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return {
    userId: row.id,
    crmUserId: row.crm_user_id,
    username: row.username,
    email: row.email,
    mailboxAddress: row.mailbox_address,
    mailboxLogin: row.mailbox_login,
    rolledOutAt: row.rolled_out_at?.getTime() ?? null,
    profile:
      row.profile_id === null || row.enabled === null
        ? null
        : {
            id: row.profile_id,
            enabled: row.enabled,
            mailAccessId: row.mail_access_id,
            crmAccessId: row.crm_access_id,
          },
  };
}

/** Whether another person's mailbox that is not deactivated has one of these as its primary address. */
export async function isAddressInUse(
  tx: Tx,
  of: {
    readonly organizationId: OrganizationId;
    readonly userId: UserId;
    readonly addresses: readonly string[];
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select from mailboxes where organization_id = $1 and address = any ($3::text[]) and user_id <> $2
       and state <> 'deactivated' limit 1`,
    [of.organizationId, of.userId, of.addresses],
  );
  return rowCount > 0;
}

/** Says that a roll-out has switched a person on as far as it could: his first login does the rest. Null: nothing is left to do. */
export async function writeRolledOut(
  tx: Tx,
  { userId, at }: { readonly userId: UserId; readonly at: Instant | null },
): Promise<void> {
  await tx.query(`update users set rolled_out_at = $2 where id = $1`, [
    userId,
    at === null ? null : new Date(at),
  ]);
}
