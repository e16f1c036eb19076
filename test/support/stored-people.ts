/** Scenes of administrators: profiles, who looks after them, and the people as they are stored. Written past the product's own admin commands. */
import type { Colleague } from '../../sandbox/cast.ts';
import type { AccessId, OrganizationId, ProfileId, UserId } from '../../src/model/ids.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { newId } from '../../src/store/new-id.ts';
import type { Api, Person } from './api-harness.ts';

export interface StoredPerson {
  readonly id: UserId;
  readonly organization_id: OrganizationId;
  readonly crm_user_id: string;
  readonly username: string;
  readonly full_name: string;
  readonly mailbox_address: string | null;
  readonly mailbox_login: string | null;
  readonly profile_id: ProfileId | null;
  readonly role: string;
  readonly origin: string;
  readonly seen_at: Date | null;
  readonly rolled_out_at: Date | null;
}

/** Runs one statement over all organizations. */
export async function query<Row>(
  api: Pick<Api, 'lockstep'>,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  return (await acrossOrganizations(api.lockstep.ports.db, (tx) => tx.query<Row>(text, values))).rows;
}

/** Everybody, in the order in which they came. */
export function readPeople(api: Api): Promise<readonly StoredPerson[]> {
  return query<StoredPerson>(
    api,
    `select id, organization_id, crm_user_id, username, full_name, mailbox_address, mailbox_login, profile_id, role,
       origin, seen_at, rolled_out_at
     from users order by created_at, username`,
  );
}

/** A profile of the first organization. */
export async function makeProfile(
  api: Api,
  name: string,
  accesses: { readonly mail?: AccessId; readonly crm?: AccessId } = {},
): Promise<ProfileId> {
  const id = newId<ProfileId>(api.clock.now());
  await query(
    api,
    `insert into profiles (id, organization_id, name, mail_access_id, crm_access_id, created_at)
     select $1, id, $2, $3, $4, $5 from organizations order by created_at limit 1`,
    [id, name, accesses.mail ?? null, accesses.crm ?? null, new Date(api.clock.now())],
  );
  return id;
}

/** Signs somebody in and has him look after a profile. */
export async function makeProfileAdmin(api: Api, who: Colleague, profileId: ProfileId): Promise<Person> {
  const person = await api.signIn(who);
  await query(api, `update users set role = 'profile-admin' where username = $1`, [who.salesforceUsername]);
  await query(
    api,
    `insert into profile_admins (profile_id, user_id, organization_id)
     select $1, id, organization_id from users where username = $2`,
    [profileId, who.salesforceUsername],
  );
  return person;
}
