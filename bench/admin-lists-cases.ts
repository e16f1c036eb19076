/** The requests that the bench of lists makes: every list in several filters and orders, first pages and deep ones, searches with many, few and no hits. */
import type { OrganizationId, ProfileId, UserId } from '../src/model/ids.ts';
import type { Tx } from '../src/store/database.ts';
import { readLateRules } from '../src/store/late-rules.ts';
import { listAuditPage } from '../src/store/listed-audit.ts';
import { listOwnedIssues, sumIssues } from '../src/store/listed-issues.ts';
import { listOwnedRuns } from '../src/store/listed-runs.ts';
import {
  countPeople,
  listPeople,
  narrow,
  type PeopleFilter,
  type PeopleSort,
} from '../src/store/listed-users.ts';
import {
  countCauses,
  countStates,
  countTroubles,
  readFreshness,
  sumCompleteness,
  sumDays,
} from '../src/store/overview-counts.ts';
import { listProfiles } from '../src/store/profiles.ts';
import type { Reach } from '../src/store/reach.ts';
import { readUserRows } from '../src/store/user-rows.ts';
import { BENCH_ORGANIZATION, benchId } from './admin-lists-company.ts';

export interface ListCase {
  readonly name: string;
  readonly run: (tx: Tx, now: number) => Promise<unknown>;
}

const organizationId = BENCH_ORGANIZATION as OrganizationId;
const everybody: Reach = 'organization';
const profile = (at: number) => benchId('profile', at) as ProfileId;
const license = (at: number) => benchId('license', at) as never;
const sorts: readonly PeopleSort[] = ['name', 'address', 'state-since', 'last-success', 'created'];

/** The first page of people, with the count; the mark of a deep page is that of a middle name. */
function people(
  name: string,
  filter: PeopleFilter,
  { sort = 'name', order = 'ascending', reach = everybody, deep = false }: PeopleOptions = {},
): ListCase {
  return {
    name: `people: ${name}, by ${sort}, ${order}${deep ? ', deep' : ''}`,
    async run(tx, now) {
      const late = await readLateRules(tx, organizationId, now);
      const narrowed = await narrow(tx, { organizationId, reach, filter, late });
      const after = deep ? { key: 'mia', id: benchId('profile', 1) as UserId } : null;
      const total = deep ? 100_000 : await countPeople(tx, narrowed);
      const page = await listPeople(tx, narrowed, { sort, order, after, limit: 50, total });
      await readUserRows(tx, organizationId, page.ids, now);
    },
  };
}

interface PeopleOptions {
  readonly sort?: PeopleSort;
  readonly order?: 'ascending' | 'descending';
  readonly reach?: Reach;
  readonly deep?: boolean;
}

const filters: readonly (readonly [string, PeopleFilter])[] = [
  ['everybody', {}],
  ['active', { status: 'active' }],
  ['suspended', { status: 'suspended' }],
  ['not activated', { status: 'not-activated' }],
  ['late', { status: 'late' }],
  ['with issues', { status: 'with-issues' }],
  ['a profile of 5,000', { profile: profile(5) }],
  ['a profile of 3', { profile: profile(20) }],
  ['without a profile', { profile: 'none' }],
  ['a license of 10,000', { license: license(1) }],
  ['a license of nobody', { license: license(3) }],
  ['a preset of half', { preset: benchId('preset', 1) as never }],
  ['profile admins', { role: 'profile-admin' }],
  ['one service', { service: 'google' }],
  ['one cause', { cause: 'mailbox.credentials-rejected' }],
  ['one access', { access: benchId('access', 1) as never }],
  ['search with 100,000 hits', { search: 'company' }],
  ['search with 5,000 hits', { search: 'ann' }],
  ['search with two words', { search: 'anna adler' }],
  ['search with one hit', { search: 'unique1007' }],
  ['search without hits', { search: 'zzz' }],
  ['search and a state', { search: 'a', status: 'suspended' }],
];

const scopes: readonly (readonly [string, Reach])[] = [
  ['organization', everybody],
  ['one profile', [profile(1)]],
  ['two profiles', [profile(1), profile(2)]],
];

const others = ([name, reach]: readonly [string, Reach]): readonly ListCase[] => {
  const scope = { organizationId, reach };
  const page = { ...scope, after: null, limit: 50 };
  const deep = { at: '2026-01-05 10:00:00+00', id: benchId('profile', 1) as never };
  const of = (what: string, run: ListCase['run']): ListCase => ({ name: `${what} (${name})`, run });
  return [
    of('overview: states', (tx) => countStates(tx, scope)),
    of('overview: troubles', async (tx, now) =>
      countTroubles(tx, scope, await readLateRules(tx, organizationId, now)),
    ),
    of('overview: freshness', (tx) => readFreshness(tx, scope)),
    of('overview: completeness', (tx) => sumCompleteness(tx, scope)),
    of('overview: days', (tx, now) => sumDays(tx, scope, { now, days: 14 })),
    of('overview: causes', (tx) => countCauses(tx, scope)),
    of('profiles', (tx) => listProfiles(tx, scope)),
    of('runs', (tx) => listOwnedRuns(tx, page)),
    of('runs, deep', (tx) => listOwnedRuns(tx, { ...page, after: deep })),
    of('runs that failed', (tx) => listOwnedRuns(tx, { ...page, outcome: 'failed' })),
    of('runs under way', (tx) => listOwnedRuns(tx, { ...page, outcome: 'running' })),
    of('runs of a code', (tx) => listOwnedRuns(tx, { ...page, code: 'mailbox.server-error' })),
    of('runs of a code that nobody has', (tx) => listOwnedRuns(tx, { ...page, code: 'none' })),
    of('runs of a profile of 3', (tx) => listOwnedRuns(tx, { ...page, profile: profile(20) })),
    of('issues', (tx) => listOwnedIssues(tx, page)),
    of('issues of a code', (tx) => listOwnedIssues(tx, { ...page, code: 'crm.field-missing' })),
    of('issues by cause', (tx) => sumIssues(tx, scope)),
    of('audit', (tx) => listAuditPage(tx, page)),
    of('audit of an action', (tx) => listAuditPage(tx, { ...page, action: 'user.changed' })),
  ];
};

export const listCases: readonly ListCase[] = [
  ...filters.map(([name, filter]) => people(name, filter)),
  ...filters.flatMap(([name, filter]) =>
    sorts.slice(1).map((sort) => people(name, filter, { sort, order: 'descending' })),
  ),
  people('everybody', {}, { deep: true }),
  people('active', { status: 'active' }, { deep: true }),
  ...scopes.slice(1).map(([name, reach]) => people(`reach of ${name}`, {}, { reach })),
  ...scopes.flatMap(others),
];
