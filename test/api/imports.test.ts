/** Bringing people in: CSV files and the CRM's own users, dry runs, bad rows, repeating, and whom a profile admin may bring in. */
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImportLine, importLineSchema } from '../../src/api-schema/admin/imports.ts';
import { addUser } from '../../src/commands/add-user.ts';
import type { Admin } from '../../src/commands/admin.ts';
import { importCsv } from '../../src/commands/import-users.ts';
import type { ProfileId } from '../../src/model/ids.ts';
import { ANNA, type Answer, type Api, BEN, openApi, type Person } from '../support/api-harness.ts';
import { makeProfile, makeProfileAdmin, readPeople } from '../support/stored-people.ts';

let api: Api;
let anna: Person;
beforeEach(async () => {
  api = await openApi();
  anna = await api.signIn(ANNA);
});
afterEach(() => api[Symbol.asyncDispose]());

const linesOf = (answer: Answer): ImportLine[] =>
  answer.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => importLineSchema.parse(JSON.parse(line)));

async function importFile(file: string | Buffer, query = 'dryRun=false', who = anna): Promise<ImportLine[]> {
  const answer = await who.call(
    'POST',
    `/api/admin/imports/csv?${query}`,
    Readable.from([Buffer.from(file)]),
    {
      'content-type': 'text/csv',
    },
  );
  expect([answer.status, answer.headers['content-type']]).toEqual([
    200,
    'application/x-ndjson; charset=utf-8',
  ]);
  return linesOf(answer);
}

async function importCrm(body: object, who = anna): Promise<ImportLine[]> {
  const answer = await who.call('POST', '/api/admin/imports/crm', body);
  expect(answer.status).toBe(200);
  return linesOf(answer);
}

const endOf = (lines: readonly ImportLine[]) => lines.at(-1);
const badOf = (lines: readonly ImportLine[]) =>
  lines.flatMap((line) => (line.kind === 'bad-row' ? [[line.line, line.column] as const] : []));

function addCrmUsers(count: number): void {
  for (let at = 0; at < count; at += 1)
    api.services.salesforce.addUser({
      username: `person.${at}@contoso.test`,
      password: 'x',
      email: `person.${at}@contoso.test`,
      firstName: 'Person',
      lastName: `${at}`,
      ...(at % 2 === 0 ? { profile: 'Sales' } : {}),
    });
}

describe('a CSV file', () => {
  it('is tried out first, then brings people in, and brings nobody in twice', async () => {
    addCrmUsers(3);
    const profile = await makeProfile(api, 'Sales');
    const file =
      '\ufeffMailbox_Address;CRM_Username;Full_Name;Team\r\n' +
      'p0@contoso.test;person.0@contoso.test;"Zero; Person";x\r\n' +
      '\r\n;person.1@contoso.test;;\r\nP2@contoso.test;PERSON.2@contoso.test;;y\r\n';
    const tried = await importFile(file, `profile=${profile}`);
    expect(tried[0]).toEqual({ kind: 'ignored-columns', columns: ['Team'] });
    const counts = { kind: 'end', rows: 3, created: 3, changed: 0, unchanged: 0, bad: 0 };
    expect(endOf(tried)).toEqual({ ...counts, dryRun: true });
    expect(await readPeople(api)).toHaveLength(1);
    expect(endOf(await importFile(file, `dryRun=false&profile=${profile}`))).toEqual({
      ...counts,
      dryRun: false,
    });
    const people = await readPeople(api);
    expect(people.slice(1)).toMatchObject([
      { username: 'person.0@contoso.test', full_name: 'Zero; Person', mailbox_address: 'p0@contoso.test' },
      { username: 'person.1@contoso.test', full_name: 'Person 1', mailbox_address: null },
      { username: 'person.2@contoso.test', full_name: 'Person 2', mailbox_address: 'p2@contoso.test' },
    ]);
    expect(people[1]).toMatchObject({ profile_id: profile, origin: 'csv', role: 'user', seen_at: null });
    expect(endOf(await importFile(file, `dryRun=false&profile=${profile}`))).toMatchObject({
      created: 0,
      changed: 0,
      unchanged: 3,
    });
    expect(await readPeople(api)).toEqual(people);
  });

  it('tells each bad row with its line and column and without its value, and takes the good ones', async () => {
    addCrmUsers(6);
    api.services.salesforce.changeUser('person.4@contoso.test', { active: false });
    const [, one] = api.services.salesforce
      .records('User')
      .filter((row) => String(row.Username).startsWith('person.'));
    await importFile('crm_username,mailbox_address\nperson.5@contoso.test,taken@contoso.test\n');
    const lines = await importFile(
      [
        'crm_username,crm_user_id,mailbox_address',
        'person.0@contoso.test,,p0@contoso.test',
        'person.0@contoso.test,,other@contoso.test',
        ',,secret-value@contoso.test',
        'nobody-secret@contoso.test,,',
        'person.4@contoso.test,,',
        `person.2@contoso.test,${one?.Id},`,
        'person.2@contoso.test,,p0@contoso.test',
        'person.3@contoso.test,,taken@contoso.test',
        'person.3@contoso.test,"broken"secret,',
        ',no-id-secret,',
        `,${String(one?.Id).slice(0, 15)},secret value`,
        `,${String(one?.Id).slice(0, 15)},`,
      ].join('\n'),
    );
    expect(badOf(lines).toSorted(([left], [right]) => left - right)).toEqual([
      [3, 'crm_username'],
      [4, null],
      [5, 'crm_username'],
      [6, 'crm_username'],
      [7, 'crm_username'],
      [8, 'mailbox_address'],
      [9, 'mailbox_address'],
      [10, 'crm_user_id'],
      [11, 'crm_user_id'],
      [12, 'mailbox_address'],
    ]);
    expect(endOf(lines)).toMatchObject({ rows: 12, created: 2, bad: 10 });
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(api.logLines.join()).not.toContain('contoso.test');
  });

  it('without a usable header, or with rows too many, takes nothing of what cannot be read', async () => {
    for (const file of ['', 'full_name\nAnna\n', 'crm_username,crm_username\nx,y\n']) {
      const lines = await importFile(file);
      expect(lines.map(({ kind }) => kind)).toEqual(['bad-row', 'end']);
      expect(endOf(lines)).toMatchObject({ created: 0, bad: 1 });
    }
    const answer = await anna.call('POST', '/api/admin/imports/csv', { not: 'csv' });
    expect(answer.status).toBe(400);
  });

  it('of a person who logged in keeps what is his, and changes what it names', async () => {
    await api.signIn(BEN);
    const file = `crm_username,mailbox_login\n${BEN.salesforceUsername},CONTOSO\\ben\n`;
    expect(endOf(await importFile(file))).toMatchObject({ changed: 1, created: 0 });
    const ben = (await readPeople(api)).find(({ username }) => username === BEN.salesforceUsername);
    expect(ben).toMatchObject({ origin: 'login', mailbox_login: 'CONTOSO\\ben', full_name: BEN.name });
    expect(ben?.seen_at).not.toBeNull();
  });
});

describe('the CRM', () => {
  it('gives its active users by filter, each once, and leaves out who is here', async () => {
    addCrmUsers(4);
    api.services.salesforce.changeUser('person.2@contoso.test', { active: false });
    const wish = { dryRun: false, filter: { crmProfile: 'sales', emailDomain: 'contoso.test' } };
    expect(endOf(await importCrm({ ...wish, dryRun: true }))).toMatchObject({ created: 1, dryRun: true });
    expect(endOf(await importCrm(wish))).toMatchObject({ rows: 1, created: 1 });
    const again = await importCrm({ dryRun: false });
    expect(endOf(again)).toMatchObject({ changed: 0 });
    const people = await readPeople(api);
    expect(people.filter(({ username }) => username.startsWith('person.'))).toMatchObject([
      { username: 'person.0@contoso.test', origin: 'crm', mailbox_address: 'person.0@contoso.test' },
      { username: 'person.1@contoso.test' },
      { username: 'person.3@contoso.test' },
    ]);
    expect(endOf(await importCrm({ dryRun: false }))).toMatchObject({ created: 0, changed: 0 });
    api.services.salesforce.change(
      String(people.find(({ username }) => username === 'person.1@contoso.test')?.crm_user_id),
      'User',
      { FirstName: 'Renamed', Name: 'Renamed 1' },
    );
    expect(endOf(await importCrm({ dryRun: false }))).toMatchObject({ changed: 0 });
    const known = await importCrm({ dryRun: false, filter: { includeKnown: true } });
    // Whoever had logged in before gets his name and address by it, too.
    expect(endOf(known)).toMatchObject({ created: 0, changed: 2 });
    expect(endOf(await importCrm({ dryRun: false, filter: { includeKnown: true } }))).toMatchObject({
      changed: 0,
    });
  });

  it('whose session ended ends the import with its problem, and what was written stays', async () => {
    addCrmUsers(1);
    api.services.salesforce.endSessions();
    api.services.salesforce.revokeRefreshTokens();
    const lines = await importCrm({ dryRun: false });
    expect(lines).toMatchObject([{ kind: 'problem', problem: { code: 'crm.authorization-revoked' } }]);
  });
});

describe('a profile admin', () => {
  it('brings people into his own profile, and nobody else’s', async () => {
    addCrmUsers(2);
    const own = await makeProfile(api, 'Own');
    const other = await makeProfile(api, 'Other');
    const ben = await makeProfileAdmin(api, BEN, own);
    await importFile('crm_username\nperson.0@contoso.test\n', `dryRun=false&profile=${other}`);
    const post = (query: string) =>
      ben.call('POST', `/api/admin/imports/csv?${query}`, Readable.from(['crm_username\n']), {
        'content-type': 'text/csv',
      });
    expect((await post(`profile=${other}`)).status).toBe(404);
    expect((await post('dryRun=true')).status).toBe(404);
    const file = 'crm_username\nperson.0@contoso.test\nperson.1@contoso.test\n';
    const lines = await importFile(file, `dryRun=false&profile=${own}`, ben);
    expect(badOf(lines)).toEqual([[2, null]]);
    expect(endOf(lines)).toMatchObject({ created: 1, bad: 1 });
  });
});

describe('one person', () => {
  it('is added by hand, and the same login again changes him', async () => {
    addCrmUsers(2);
    const [, admin] = await adminOf(api);
    const form = {
      fullName: '',
      crmUsername: 'person.0@contoso.test',
      crmUserId: null,
      mailboxAddress: null,
      mailboxLogin: null,
      profileId: null,
      licenseId: null,
    };
    const add = (more: { crmUsername?: string; mailboxAddress?: string; profileId?: ProfileId }) =>
      addUser(api.lockstep.ports, admin, { ...form, ...more }, new AbortController().signal);
    const added = await add({});
    expect(added).toMatchObject({ kind: 'saved', change: 'created' });
    expect(await add({})).toMatchObject({ kind: 'saved', change: 'unchanged' });
    expect(await add({ mailboxAddress: 'new@contoso.test' })).toMatchObject({ change: 'changed' });
    expect(
      await add({ crmUsername: 'person.1@contoso.test', mailboxAddress: 'new@contoso.test' }),
    ).toMatchObject({ kind: 'bad', column: 'mailbox_address' });
    expect(await add({ crmUsername: 'nobody@contoso.test' })).toMatchObject({ column: 'crm_username' });
    expect(await add({ profileId: '00000000-0000-7000-8000-000000000000' as ProfileId })).toMatchObject({
      kind: 'bad',
      column: null,
    });
  });
});

it('reads 100,000 rows with bounded memory and few questions to the CRM', async () => {
  const [ports, admin] = await adminOf(api);
  let pulled = 0;
  let ahead = 0;
  let told = 0;
  async function* file() {
    yield Buffer.from('crm_username,full_name\n');
    for (let at = 0; at < 100_001; at += 500) {
      const rows = Array.from({ length: 500 }, (_, row) => `nobody.${at + row}@contoso.test,Nobody ${row}\n`);
      pulled += 500;
      // What was read and not judged yet is all that is held.
      ahead = Math.max(ahead, pulled - told);
      yield Buffer.from(rows.join(''));
    }
  }
  const crm = { asked: 0 };
  const counting = {
    ...ports,
    crm: {
      ...ports.crm,
      open: () => ({
        ...ports.crm.open({} as never, new AbortController().signal),
        findUsers: async () => {
          crm.asked += 1;
          return [];
        },
        close: async () => undefined,
      }),
    },
  };
  const wish = { dryRun: true, profileId: null, licenseId: null };
  const bad = { count: 0 };
  let end: unknown = null;
  for await (const event of importCsv(counting, admin, wish, file(), new AbortController().signal)) {
    if (event.kind === 'bad-row') bad.count += 1;
    if (event.kind === 'progress') told = event.rows;
    if (event.kind === 'end') end = event;
  }
  expect(end).toMatchObject({ rows: 100_000, bad: 100_001, created: 0 });
  expect(bad.count).toBe(100_001);
  expect(crm.asked).toBe(1_000);
  expect(ahead).toBeLessThan(5_000);
}, 60_000);

async function adminOf(opened: Api): Promise<[typeof opened.lockstep.ports, Admin]> {
  const people = await readPeople(opened);
  const [first] = people;
  if (first === undefined) throw new Error('nobody is here');
  return [
    opened.lockstep.ports,
    {
      organizationId: first.organization_id,
      actor: { kind: 'user', userId: first.id },
      reach: 'organization',
    },
  ];
}
