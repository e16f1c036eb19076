/**
 * The list of people in the administrators' console: which ids stand on a page, in which order, and how many there are. It reads the narrow table that
 * the database's triggers keep (docs/decisions/admin-lists.md); what a line says of somebody is in `user-rows.ts`.
 */
import type { AccessId, LicenseId, OrganizationId, PresetId, ProfileId, UserId } from '../model/ids.ts';
import type { MailboxState } from '../model/mailbox-state.ts';
import type { Tx } from './database.ts';
import { type LateRules, lateCondition } from './late-rules.ts';
import { behindWord, findHits, foldedWords } from './people-search.ts';
import type { Reach } from './reach.ts';
import type { UserRole } from './users.ts';

/** What a list is narrowed by; all that is given must hold. `none`: without one. */
export interface PeopleFilter {
  readonly search?: string;
  readonly status?: MailboxState | 'with-issues' | 'late';
  readonly profile?: ProfileId | 'none';
  readonly license?: LicenseId | 'none';
  readonly preset?: PresetId;
  readonly role?: UserRole;
  readonly service?: string;
  readonly cause?: string;
  readonly access?: AccessId;
}

export interface PeopleScope {
  readonly organizationId: OrganizationId;
  readonly reach: Reach;
  readonly filter: PeopleFilter;
  readonly late: LateRules;
}

export type PeopleSort = 'name' | 'address' | 'state-since' | 'last-success' | 'created';

const sortColumns: Readonly<Record<PeopleSort, { readonly column: string; readonly type: string }>> = {
  name: { column: 'name', type: 'text' },
  address: { column: 'address', type: 'text' },
  'state-since': { column: 'state_at', type: 'timestamptz' },
  'last-success': { column: 'last_success_at', type: 'timestamptz' },
  created: { column: 'created_at', type: 'timestamptz' },
};

/** The place behind which a page begins: what the last person of the page before was sorted by, and his id. */
export interface PeopleMark {
  readonly key: string;
  readonly id: UserId;
}

export interface PeoplePage {
  readonly ids: readonly UserId[];
  /** Null at the end. */
  readonly next: PeopleMark | null;
}

/** How far lists are counted. */
export const COUNT_MAX = 100_000;
/** So many are sorted rather than met in the order of an index. */
const SORTED_MAX = 25_000;

/** A statement's `where`, and the values in it. */
interface Condition {
  readonly parts: string[];
  readonly values: unknown[];
  readonly bind: (value: unknown) => string;
}

/** What a filter means, once for all statements of one request; null: it lets nobody through. */
export type Narrowed = (() => Condition) | null;

/** Looks up what the filter speaks of, and says what is to hold of a row. */
export async function narrow(tx: Tx, scope: PeopleScope): Promise<Narrowed> {
  const { organizationId, reach, filter } = scope;
  if (reach !== 'organization' && reach.length === 0) return null;
  const words = foldedWords(filter.search ?? '');
  const hits = words.length === 0 ? null : await findHits(tx, organizationId, words);
  if (hits?.kind === 'nobody') return null;
  const rarest = hits?.kind === 'few' ? hits.rarest : null;
  const presetProfiles =
    filter.preset === undefined ? [] : await profilesOfPreset(tx, organizationId, filter.preset);
  return () => {
    const condition = conditionOf(scope, presetProfiles);
    const { parts, bind } = condition;
    if (rarest !== null)
      parts.push(`user_id = any (array(select found.user_id from user_words as found
        where found.organization_id = $1 and found.word >= ${bind(rarest)} and found.word < ${bind(behindWord(rarest))}))`);
    // Words hold none of the characters that `like` reads otherwise. Inside of a `case` the planner does not take it for a rare thing: where many are hit, the
    // order's own index is to be walked.
    for (const word of words)
      if (word !== rarest) parts.push(`case when words like ${bind(`% ${word}%`)} then true else false end`);
    return condition;
  };
}

async function profilesOfPreset(
  tx: Tx,
  organizationId: OrganizationId,
  preset: PresetId,
): Promise<readonly ProfileId[]> {
  const { rows } = await tx.query<{ id: ProfileId }>(
    `select id from profiles where organization_id = $1 and preset_id = $2`,
    [organizationId, preset],
  );
  return rows.map(({ id }) => id);
}

function conditionOf(
  { organizationId, reach, filter, late }: PeopleScope,
  presetProfiles: readonly ProfileId[],
): Condition {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const parts = [`organization_id = ${bind(organizationId)}`];
  const equal = (column: string, value: unknown) => parts.push(`${column} = ${bind(value)}`);
  const oneOf = (column: string, ids: readonly string[]) =>
    ids.length === 1 ? `${column} = ${bind(ids[0])}` : `${column} = any (${bind(ids)}::uuid[])`;
  if (reach !== 'organization') parts.push(oneOf('profile_id', reach));
  const { status, profile, license, preset, role, service, cause, access } = filter;
  if (status === 'late') parts.push(lateCondition(late, bind));
  else if (status === 'with-issues') parts.push('issues > 0');
  else if (status !== undefined) equal('state', status);
  if (profile === 'none') parts.push('profile_id is null');
  else if (profile !== undefined) equal('profile_id', profile);
  if (license === 'none') parts.push('license_id is null');
  else if (license !== undefined) equal('license_id', license);
  if (preset !== undefined) {
    const own = `preset_id = ${bind(preset)}`;
    if (presetProfiles.length === 0) parts.push(own);
    else parts.push(`(${own} or (preset_id is null and ${oneOf('profile_id', presetProfiles)}))`);
  }
  if (role !== undefined) parts.push(`role = ${bind(role)}${role === 'user' ? '' : ` and role <> 'user'`}`);
  if (service !== undefined) equal('service', service);
  if (cause !== undefined) equal('cause', cause);
  if (access !== undefined) {
    const via = `(select connection_id from accesses where accesses.organization_id = $1 and accesses.id = ${bind(access)})`;
    parts.push(`(mail_via = ${via} or crm_via = ${via})`);
  }
  return { parts, values, bind };
}

/**
 * A page of ids in the order asked for, behind `after`. `total` says how many the filter lets through: few are fetched and sorted, of many the index of
 * that order is walked until the page is full. The planner cannot know that those who have a state may all stand at the far end of an order.
 */
export async function listPeople(
  tx: Tx,
  narrowed: Narrowed,
  page: {
    readonly sort: PeopleSort;
    readonly order: 'ascending' | 'descending';
    readonly after: PeopleMark | null;
    readonly limit: number;
    readonly total: number;
  },
): Promise<PeoplePage> {
  if (narrowed === null || page.total === 0) return { ids: [], next: null };
  const { parts, values, bind } = narrowed();
  const { column, type } = sortColumns[page.sort];
  const [way, beyond] = page.order === 'ascending' ? ['asc', '>'] : ['desc', '<'];
  if (page.after !== null)
    parts.push(
      `(${column}, user_id) ${beyond} (${bind(page.after.key)}::${type}, ${bind(page.after.id)}::uuid)`,
    );
  const chosen = `select user_id, ${column} from listed_users where ${parts.join(' and ')}`;
  const { rows } = await tx.query<{ id: UserId; key: string }>(
    `select user_id as id, ${column}::text as key
     from (${chosen}${page.total <= SORTED_MAX ? ' offset 0' : ''}) as chosen
     order by ${column} ${way}, user_id ${way} limit ${bind(page.limit + 1)}`,
    values,
  );
  const shown = rows.slice(0, page.limit);
  const last = rows.length > page.limit ? shown.at(-1) : undefined;
  return {
    ids: shown.map(({ id }) => id),
    next: last === undefined ? null : { key: last.key, id: last.id },
  };
}

/** How many there are, up to `COUNT_MAX`. */
export async function countPeople(tx: Tx, narrowed: Narrowed): Promise<number> {
  if (narrowed === null) return 0;
  const { parts, values } = narrowed();
  const { rows } = await tx.query<{ count: string }>(
    `select count(*) from (select from listed_users where ${parts.join(' and ')} limit ${COUNT_MAX}) as counted`,
    values,
  );
  return Number(rows[0]?.count ?? 0);
}
