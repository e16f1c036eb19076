/**
 * The org's users for provisioning: page by page with filters, or by names and ids. It reads and never writes; who is to be provisioned is
 * decided by its callers. Vendor page: docs/remote-services/salesforce.md#users
 */
import {
  CRM_USERS_FIND_MAX,
  CRM_USERS_PAGE_MAX,
  type CrmUser,
  type CrmUserFilter,
  type CrmUsersPage,
  type CrmUsersQuery,
  type CrmUsersWish,
} from '../../model/crm-users.ts';
import { type Api, type Row, readQueries } from './operations.ts';
import { toLongId } from './record-id.ts';
import { chunkQueries, inList, quoteSoql, quoteSoqlEnding } from './soql.ts';

const FIELDS = 'Id,Username,Name,Email,TimeZoneSidKey,IsActive';
/** Portal, partner, guest and automated users have other types. */
const STANDARD = "UserType = 'Standard'";

/** One request a page. */
export async function listUsers(api: Api, { filter, after, limit }: CrmUsersQuery): Promise<CrmUsersPage> {
  const rows = Math.min(Math.max(limit, 1), CRM_USERS_PAGE_MAX);
  const conditions = [
    'IsActive = true',
    STANDARD,
    ...conditionsOf(filter),
    ...(after === null ? [] : [`Id > ${quoteSoql(after)}`]),
  ];
  // One more than asked for tells whether there is a next page.
  const query = `SELECT ${FIELDS} FROM User WHERE ${conditions.join(' AND ')} ORDER BY Id LIMIT ${rows + 1}`;
  const [found = []] = await readQueries(api, [query], 'list-users');
  const users = found.slice(0, rows).map(userOf);
  return { users, next: found.length > rows ? (users.at(-1)?.userId ?? null) : null };
}

/** One request for up to five queries; 200 names fit into one or two. */
export async function findUsers(api: Api, { usernames, ids }: CrmUsersWish): Promise<readonly CrmUser[]> {
  if (usernames.length + ids.length > CRM_USERS_FIND_MAX) throw new RangeError('too many users at once');
  const longIds = ids.map(toLongId).filter((id) => /^005[A-Za-z0-9]{15}$/.test(id));
  const queries = [
    ...chunkQueries(usernames, (part) => select(inList('Username', part))),
    ...chunkQueries(longIds, (part) => select(inList('Id', part))),
  ];
  const found = new Map<string, CrmUser>();
  for (const row of (await readQueries(api, queries, 'find-users')).flat()) {
    const user = userOf(row);
    found.set(user.userId, user);
  }
  return [...found.values()];
}

function select(condition: string): string {
  return `SELECT ${FIELDS} FROM User WHERE ${STANDARD} AND ${condition}`;
}

function conditionsOf({ profile, role, department, emailDomain }: CrmUserFilter): readonly string[] {
  return [
    ...(profile === undefined ? [] : [`Profile.Name = ${quoteSoql(profile)}`]),
    ...(role === undefined ? [] : [`UserRole.Name = ${quoteSoql(role)}`]),
    ...(department === undefined ? [] : [`Department = ${quoteSoql(department)}`]),
    ...(emailDomain === undefined ? [] : [`Email LIKE ${quoteSoqlEnding(`@${emailDomain}`)}`]),
  ];
}

function userOf(row: Row): CrmUser {
  return {
    userId: toLongId(String(row.Id ?? '')),
    username: String(row.Username ?? ''),
    name: String(row.Name ?? ''),
    email: String(row.Email ?? '').toLowerCase(),
    timeZone: String(row.TimeZoneSidKey ?? 'UTC'),
    isActive: row.IsActive === true,
  };
}
