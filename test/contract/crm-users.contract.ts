/** The part of the contract of a CRM that is about its users, for provisioning: pages with filters, and finding by name and id. */
import { expect } from 'vitest';
import { CRM_USERS_FIND_MAX, type CrmUser, type CrmUserFilter } from '../../src/model/crm-users.ts';
import { type Check, type CrmWorld, failureOf } from '../support/crm-world.ts';

/** Everybody whom the filter lets through, by pages of `limit`; the connected user is left out. */
async function listAll({ crm }: CrmWorld, filter: CrmUserFilter, limit = 500): Promise<readonly CrmUser[]> {
  const { userId: self } = await crm.identify();
  const users: CrmUser[] = [];
  for (let after: string | null = null; ; ) {
    const page = await crm.listUsers({ filter, after, limit });
    expect(page.users.length).toBeLessThanOrEqual(limit);
    users.push(...page.users);
    after = page.next;
    if (after === null) return users.filter(({ userId }) => userId !== self);
  }
}

const namesOf = (users: readonly CrmUser[]) => users.map(({ username }) => username).toSorted();

export function describeUsers(check: Check): void {
  check('active standard users are listed, each once, whatever the size of a page', async (opened) => {
    const wanted: string[] = [];
    for (let at = 0; at < 75; at += 1) {
      const username = `user.${at}@org.example`;
      await opened.addUser({ username, email: `User.${at}@contoso.example` });
      wanted.push(username);
    }
    await opened.addUser({ username: 'gone@org.example', email: 'gone@contoso.example', isActive: false });
    await opened.addUser({ username: 'portal@org.example', email: 'portal@acme.example', isPortal: true });
    for (const limit of [500, 20, 1]) {
      const users = await listAll(opened, {}, limit);
      expect(namesOf(users)).toEqual(wanted.toSorted());
      expect(new Set(users.map(({ userId }) => userId)).size).toBe(users.length);
    }
    const one = (await listAll(opened, {})).find(({ username }) => username === 'user.3@org.example');
    expect(one).toMatchObject({
      email: 'user.3@contoso.example',
      name: expect.stringContaining('user.3'),
      timeZone: 'Europe/Paris',
      isActive: true,
      userId: expect.stringMatching(/^005\w{15}$/),
    });
  });

  check('users are filtered by profile, role, department and domain, all at once', async (opened) => {
    const sales = { profile: 'Sales', role: "Manager's", department: 'North_1' };
    await opened.addUser({ username: 'a@org.example', email: 'a@contoso.example', ...sales });
    await opened.addUser({ username: 'b@org.example', email: 'b@sub.contoso.example', ...sales });
    await opened.addUser({
      username: 'c@org.example',
      email: 'c@contoso.example',
      ...sales,
      profile: 'Help',
    });
    await opened.addUser({ username: 'd@org.example', email: 'd@contoso.example', ...sales, role: 'Rep' });
    await opened.addUser({
      username: 'e@org.example',
      email: 'e@contoso.example',
      ...sales,
      department: 'NorthX1',
    });
    const found = async (filter: CrmUserFilter) => namesOf(await listAll(opened, filter));
    expect(await found({ profile: 'Help' })).toEqual(['c@org.example']);
    expect(await found({ role: 'rep' })).toEqual(['d@org.example']);
    expect(await found({ department: 'North_1' })).not.toContain('e@org.example');
    expect(await found({ ...sales, emailDomain: 'Contoso.example' })).toEqual(['a@org.example']);
    expect(await found({ department: "x' OR Id != '" })).toEqual([]);
    expect(await found({ emailDomain: '%' })).toEqual([]);
  });

  check('users are found by name and by id, the inactive ones too, each once', async (opened) => {
    const anna = await opened.addUser({ username: 'anna.b@org.example', email: 'anna.b@contoso.example' });
    const ben = await opened.addUser({
      username: "o'ben@org.example",
      email: 'ben@contoso.example',
      isActive: false,
    });
    await opened.addUser({ username: 'portal@org.example', email: 'portal@acme.example', isPortal: true });
    const users = await opened.crm.findUsers({
      usernames: ['ANNA.B@org.example', "o'ben@org.example", 'portal@org.example', 'nobody@org.example'],
      ids: [anna, anna.slice(0, 15), '005000000000999AAA', 'not an id'],
    });
    expect(users.map(({ userId, isActive }) => [userId, isActive]).toSorted()).toEqual(
      [
        [anna, true],
        [ben, false],
      ].toSorted(),
    );
    expect(await opened.crm.findUsers({ usernames: [], ids: [ben.slice(0, 15)] })).toMatchObject([
      { userId: ben },
    ]);
  });

  check('as many users as may be asked about are found in few requests', async (opened) => {
    const usernames = Array.from(
      { length: CRM_USERS_FIND_MAX - 1 },
      (_, at) => `a-rather-long-login-name-of-person-${at}@a-rather-long-company-name.example`,
    );
    await opened.addUser({ username: 'last@org.example', email: 'last@contoso.example' });
    const before = opened.crm.traffic().requests;
    const users = await opened.crm.findUsers({ usernames: [...usernames, 'last@org.example'], ids: [] });
    expect(namesOf(users)).toEqual(['last@org.example']);
    expect(opened.crm.traffic().requests - before).toBeLessThanOrEqual(2);
    await expect(opened.crm.findUsers({ usernames: [...usernames, 'x', 'y'], ids: [] })).rejects.toThrow();
  });

  check('withdrawn access is named when users are listed or found', async (opened) => {
    await opened.crm.poll();
    await opened.revoke();
    for (const call of [
      () => opened.crm.listUsers({ filter: {}, after: null, limit: 10 }),
      () => opened.crm.findUsers({ usernames: ['anna@org.example'], ids: [] }),
    ])
      expect((await failureOf(call())).kind).toBe('authorization-revoked');
  });
}
