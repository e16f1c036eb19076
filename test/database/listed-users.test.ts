/**
 * The list of people: the rows that triggers keep are those that would be derived anew, whatever statement changes what they are derived from; and pages
 * joined are the whole list in its order, whatever changes behind.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ItemId, MailboxId, ProfileId, UserId } from '../../src/model/ids.ts';
import { noStreak } from '../../src/model/mailbox-state.ts';
import { noCounts } from '../../src/model/run.ts';
import { inOrganization, type Tx } from '../../src/store/database.ts';
import { recordIssues, resolveIssues } from '../../src/store/issues.ts';
import { readLateRules } from '../../src/store/late-rules.ts';
import { claimDue, setDue, writeQuietRuns } from '../../src/store/leases.ts';
import {
  countPeople,
  listPeople,
  narrow,
  type PeopleFilter,
  type PeopleSort,
} from '../../src/store/listed-users.ts';
import { createMailbox, deleteMailbox, moveMailbox } from '../../src/store/mailboxes.ts';
import { foldedWords } from '../../src/store/people-search.ts';
import { createProfile } from '../../src/store/profiles.ts';
import { finishRun, startRun } from '../../src/store/runs.ts';
import { upsertUser } from '../../src/store/users.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedTenant, type Tenant } from '../support/rows.ts';
import { seededRandom } from '../support/seed.ts';

let base: TestDatabase;
let tenant: Tenant;
beforeEach(async () => {
  base = await createTestDatabase();
  tenant = await seedTenant(base.db, 'acme');
});
afterEach(() => base.drop());

const run = <T>(work: (tx: Tx) => Promise<T>) => inOrganization(base.db, tenant.organizationId, work);

/** The rows as they are, and as they are when everything is forgotten and derived again. */
async function compare(): Promise<{ readonly kept: unknown; readonly anew: unknown }> {
  const read = (tx: Tx) =>
    tx.query(
      `select listed_users.*, (select array_agg(word order by word) from user_words where user_words.user_id = listed_users.user_id) as found
       from listed_users order by user_id`,
    );
  return await run(async (tx) => {
    const kept = (await read(tx)).rows;
    await tx.query('delete from listed_users');
    await tx.query('delete from user_words');
    await tx.query('select lockstep_list_users((select array_agg(id) from users))');
    return { kept, anew: (await read(tx)).rows };
  });
}

async function addUser(name: string, at = MONDAY): Promise<UserId> {
  const { organizationId } = tenant;
  return await run(async (tx) => {
    const id = await upsertUser(tx, {
      ...{
        organizationId,
        crmUserId: `005-${name}`,
        username: `${name}@acme.test`,
        email: `${name}@acme.test`,
      },
      ...{ timeZone: 'UTC', now: at },
    });
    await tx.query(`update users set full_name = $2 where id = $1`, [id, name]);
    return id;
  });
}

it('says of everybody what would be derived anew, after whatever was done', async () => {
  const { organizationId, mailboxId, userId, mailboxConnectionId, crmConnectionId } = tenant;
  const anna = await addUser('Anna Müller');
  await run(async (tx) => {
    await setDue(tx, { mailboxId, next: { dueAt: MONDAY, lane: 'fresh' } });
    await moveMailbox(tx, {
      ...{ id: mailboxId, from: 'not-activated', to: 'active', streak: noStreak, cause: null, now: MONDAY },
    });
    const profile = await createProfile(tx, {
      ...{ organizationId, name: 'Sales', mailAccessId: null, crmAccessId: null, presetId: null },
      ...{ adminIds: [], now: MONDAY },
    });
    await tx.query(`update users set profile_id = $2, role = 'profile-admin' where id = $1`, [
      userId,
      profile,
    ]);
  });
  const [lease] = await inOrganization(base.db, organizationId, (tx) =>
    claimDue(tx, { worker: 'test', now: MONDAY, limit: 1, leaseMs: 90_000 }),
  );
  if (lease === undefined) throw new Error('nothing was claimed');
  const parked = (itemId: string) =>
    ({
      ...{
        collection: 'emails',
        recordId: null,
        itemId: itemId as ItemId,
        itemVersion: '1',
        place: 'inbox',
        code: 'crm.field-missing',
      },
      ...{ vendorCode: null, fields: [], retryAt: null },
    }) as never;
  await run(async (tx) => {
    const id = await startRun(tx, { lease, worker: 'test', now: MONDAY });
    await recordIssues(tx, {
      ...{ organizationId, mailboxId, now: MONDAY, issues: [parked('one'), parked('two')] },
    } as never);
    await resolveIssues(tx, mailboxId, ['one' as ItemId]);
    await writeQuietRuns(tx, mailboxId, 2);
    await finishRun(tx, { id, outcome: { kind: 'done' }, counts: noCounts, endedAt: MONDAY + 5_000 });
  });
  const [row] = await run((tx) =>
    tx
      .query(`select state, issues, quiet_runs, role from listed_users where user_id = $1`, [userId])
      .then(({ rows }) => rows),
  );
  expect(row).toEqual({ state: 'active', issues: 1, quiet_runs: 2, role: 'profile-admin' });
  // Anna gets a mailbox, which is taken from her again.
  const hers = await run((tx) =>
    createMailbox(tx, {
      ...{ organizationId, userId: anna, service: 'exchange', address: 'anna@acme.test', addresses: [] },
      ...{ mailboxConnectionId, crmConnectionId, historyFrom: MONDAY, now: MONDAY },
    }),
  );
  const withMailbox = await compare();
  expect(withMailbox.kept).toEqual(withMailbox.anew);
  await run((tx) => tx.query(`update mailboxes set user_id = $2 where id = $1`, [hers, userId]));
  await run((tx) => deleteMailbox(tx, hers as MailboxId));
  const { kept, anew } = await compare();
  expect(kept).toEqual(anew);
});

const list = async (
  filter: PeopleFilter,
  sort: PeopleSort,
  order: 'ascending' | 'descending',
  between: (page: number) => Promise<void> = async () => undefined,
): Promise<readonly UserId[]> => {
  const { organizationId } = tenant;
  const found: UserId[] = [];
  let after: Parameters<typeof listPeople>[2]['after'] = null;
  for (let page = 0; page < 100; page += 1) {
    const { ids, next } = await run(async (tx) => {
      const late = await readLateRules(tx, organizationId, MONDAY);
      const narrowed = await narrow(tx, { organizationId, reach: 'organization', filter, late });
      const total = await countPeople(tx, narrowed);
      return await listPeople(tx, narrowed, { sort, order, after, limit: 7, total });
    });
    found.push(...ids);
    if (next === null) return found;
    after = next;
    await between(page);
  }
  throw new Error('the list has no end');
};

const sorts: readonly PeopleSort[] = ['name', 'address', 'state-since', 'last-success', 'created'];

it('gives pages that joined are the whole list, in every order, both ways', async () => {
  const random = seededRandom(7);
  const names = ['Anna', 'anna', 'Änna', 'Ben', 'Carla', 'Émile', 'Zoe'];
  for (let at = 0; at < 40; at += 1)
    await addUser(
      `${names[Math.floor(random.next() * names.length)]} ${at % 5}${at}`,
      MONDAY + (at % 3) * 1_000,
    );
  for (const sort of sorts) {
    const forward = await list({}, sort, 'ascending');
    expect([sort, new Set(forward).size]).toEqual([sort, 41]);
    expect([sort, await list({}, sort, 'descending')]).toEqual([sort, forward.toReversed()]);
  }
});

it('lists nobody twice and misses nobody who stayed, whatever comes and goes between the pages', async () => {
  for (let at = 0; at < 30; at += 1) await addUser(`Person ${String(at).padStart(2, '0')}`);
  const before = new Set(await list({}, 'name', 'ascending'));
  const gone = new Set<UserId>();
  const found = await list({}, 'name', 'ascending', async (page) => {
    await addUser(`Person 0${page} newer`);
    const [victim] = [...before].filter((id) => !gone.has(id) && id !== tenant.userId).slice(page, page + 1);
    if (victim === undefined) return;
    gone.add(victim);
    await run((tx) => tx.query(`delete from users where id = $1`, [victim]));
  });
  expect(new Set(found).size).toBe(found.length);
  expect([...before].filter((id) => !gone.has(id) && !found.includes(id))).toEqual([]);
});

it('finds people by the beginnings of any of their words, whatever the case and the accents', async () => {
  const anna = await addUser('Anna-Lena Müller');
  await addUser('Bob Marley');
  for (const search of ['anna', 'LENA', 'mull', 'Mül ann', 'anna lena', 'anna-lena müller@acme'])
    expect([search, await list({ search }, 'name', 'ascending')]).toEqual([search, [anna]]);
  for (const search of ['nna', 'annax', 'anna marley'])
    expect([search, await list({ search }, 'name', 'ascending')]).toEqual([search, []]);
  // Characters that a pattern would read otherwise are nothing but separators.
  expect(await list({ search: '100%_\\' }, 'name', 'ascending')).toEqual([]);
});

it('folds words in the program as in the database', async () => {
  for (const text of [
    'Anna-Lena Müller',
    'ÅSA Ærø',
    'josé.garcía@acme.test',
    'İpek',
    'ﬁne',
    "O'Neill 100%",
    'Жанна',
  ])
    expect([text, [...foldedWords(text)].toSorted()]).toEqual([
      text,
      await run(async (tx) => {
        const { rows } = await tx.query<{ words: string[] }>(`select lockstep_words($1) as words`, [text]);
        return rows[0]?.words.toSorted();
      }),
    ]);
});

it('counts and lists by profile, and by being late', async () => {
  const { organizationId, mailboxId, userId } = tenant;
  const profile = await run((tx) =>
    createProfile(tx, {
      ...{ organizationId, name: 'Sales', mailAccessId: null, crmAccessId: null, presetId: null },
      ...{ adminIds: [], now: MONDAY },
    }),
  );
  await run((tx) => tx.query(`update users set profile_id = $2 where id = $1`, [userId, profile]));
  await addUser('Somebody else');
  expect(await list({ profile: profile as ProfileId }, 'name', 'ascending')).toEqual([userId]);
  expect(await list({ status: 'late' }, 'name', 'ascending')).toEqual([]);
  await run((tx) =>
    tx.query(`update mailboxes set state = 'active', state_at = $2 where id = $1`, [
      mailboxId,
      new Date(MONDAY - 76 * 60_000),
    ]),
  );
  expect(await list({ status: 'late' }, 'name', 'ascending')).toEqual([userId]);
});
