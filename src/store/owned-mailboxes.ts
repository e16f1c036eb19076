/**
 * Which mailboxes a list over many of them is about: all of the organization, those of few, who are looked at one by one, or those of many, who are told
 * apart while the list is walked.
 */
import type { MailboxId, OrganizationId, ProfileId, UserId } from '../model/ids.ts';
import type { Tx } from './database.ts';
import type { Reach } from './reach.ts';

/** Mailboxes that are looked at one by one, at most. */
const FEW_MAX = 200;

export interface OwnersScope {
  readonly organizationId: OrganizationId;
  readonly reach: Reach;
  readonly user?: UserId | undefined;
  readonly profile?: ProfileId | undefined;
}

export type Owners =
  | { readonly kind: 'all' }
  | { readonly kind: 'few'; readonly ids: readonly MailboxId[] }
  | { readonly kind: 'many'; readonly profiles: readonly ProfileId[] };

/** `withIssues` counts those alone that have some. Cost: at most `FEW_MAX` entries of an index. */
export async function findOwners(
  tx: Tx,
  { organizationId, reach, user, profile }: OwnersScope,
  { withIssues = false }: { readonly withIssues?: boolean } = {},
): Promise<Owners> {
  const profiles = profilesOf(reach, profile);
  if (profiles === 'organization' && user === undefined) return { kind: 'all' };
  const { rows } = await tx.query<{ id: MailboxId }>(
    `select mailboxes.id from listed_users as listed
     join mailboxes on mailboxes.organization_id = $1 and mailboxes.user_id = listed.user_id
     where listed.organization_id = $1 and ($2::uuid is null or listed.user_id = $2)
       and ($3::uuid[] is null or listed.profile_id = any ($3))${withIssues ? ' and listed.issues > 0' : ''}
     limit ${FEW_MAX + 1}`,
    [organizationId, user ?? null, profiles === 'organization' ? null : profiles],
  );
  if (rows.length <= FEW_MAX || profiles === 'organization')
    return { kind: 'few', ids: rows.slice(0, FEW_MAX).map(({ id }) => id) };
  return { kind: 'many', profiles };
}

/** The profiles that are both asked for and within reach. */
function profilesOf(reach: Reach, profile: ProfileId | undefined): Reach {
  if (profile === undefined) return reach;
  return reach === 'organization' || reach.includes(profile) ? [profile] : [];
}

/** Who somebody's mailbox is of. */
export interface Owner {
  readonly userId: UserId;
  readonly name: string;
  readonly address: string;
}

/** What a query that has `mailboxes` and `users` selects of an owner, and how its row is read. */
export const ownerColumns = `mailboxes.user_id as owner_id, coalesce(nullif(users.full_name, ''), users.username) as owner_name,
  mailboxes.address as owner_address`;

export interface OwnerRow {
  owner_id: UserId;
  owner_name: string;
  owner_address: string;
}

export function ownerOf(row: OwnerRow): Owner {
  return { userId: row.owner_id, name: row.owner_name, address: row.owner_address };
}

/** The profile of whom a row's mailbox is. A scalar, so that it is looked up row by row while the list is walked and never joined as a whole. */
export function ownerProfile(table: 'runs' | 'issues'): string {
  return `(select listed.profile_id from mailboxes as owned join listed_users as listed on listed.user_id = owned.user_id
    where owned.id = ${table}.mailbox_id)`;
}
