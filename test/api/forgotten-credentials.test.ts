/** Credentials in memory alone (P2): nothing of them is ever written, all works while the process lives, and afterwards everybody is told why he must sign in. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetCredentials } from '../../src/commands/forget-credentials.ts';
import { MINUTE } from '../../src/model/clock.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { ANNA, type Api, openApi, type Person } from '../support/api-harness.ts';
import { dumpRows } from '../support/api-scenes.ts';

let api: Api;
let anna: Person;
beforeEach(async () => {
  api = await openApi({ credentials: 'memory' });
  anna = await api.signIn(ANNA);
  expect((await anna.activate()).status).toBe(200);
  expect(await api.runDue()).toBe(1);
  api.clock.advance(MINUTE);
});
afterEach(() => api[Symbol.asyncDispose]());

/** What a new process finds: the same database, and nothing in memory. */
async function restart(): Promise<void> {
  const { held } = api.lockstep.ports.keyring;
  if (held === null) throw new Error('credentials are not held in memory');
  held.sweep(Number.POSITIVE_INFINITY);
  await forgetCredentials(api.lockstep.ports);
}

async function sealedValues(): Promise<number> {
  return await acrossOrganizations(api.database.db, async (tx) => {
    const { rows } = await tx.query<{ count: string }>(
      `select (select count(*) from connections where sealed_credential is not null)
         + (select count(*) from pending_logins where length(sealed_details) > 0)
         + (select count(*) from pending_consents where length(sealed_details) > 0) as count`,
    );
    return Number(rows[0]?.count);
  });
}

describe('with CREDENTIALS=memory', () => {
  it('runs work as ever, tokens are renewed, and no credential is ever in the database, pending ones included', async () => {
    api.services.salesforce.endSessions();
    const { nextRunAt } = await anna.mailbox();
    api.clock.advanceTo(Date.parse(nextRunAt ?? ''));
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({
      lastRun: { outcome: 'done' },
      mailboxConnection: { isUsable: true },
      crmConnection: { isUsable: true },
    });
    await api.visit().beginLogin();
    expect(await sealedValues()).toBe(0);
    expect(await dumpRows(api)).not.toContain(ANNA.password);
  });

  it('after a restart every mailbox asks to be authorised and says why', async () => {
    await restart();
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({
      state: 'authorization-required',
      cause: { code: 'lockstep.credentials-forgotten', text: expect.stringContaining('restarted') },
      status: { tone: 'bad' },
      mailboxConnection: { isUsable: false },
    });
  });

  it('the Salesforce login and the mailbox’s own sign-in bring it back, and nothing is doubled', async () => {
    await restart();
    await api.runDue();
    const { id } = await anna.mailbox();
    expect(await anna.activate()).toMatchObject({
      status: 422,
      body: { code: 'lockstep.credentials-forgotten' },
    });
    api.clock.advance(MINUTE);
    anna = await api.signIn(ANNA);
    expect(await anna.mailbox()).toMatchObject({ state: 'authorization-required' });
    expect((await anna.activate()).body.mailbox).toMatchObject({ id, state: 'active', cause: null });
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({ lastRun: { outcome: 'done' } });
  });

  it('what an earlier process had sealed is erased at the start', async () => {
    await acrossOrganizations(api.database.db, (tx) =>
      tx.query(`update connections set sealed_credential = 'written before'::bytea`),
    );
    await restart();
    expect(await sealedValues()).toBe(0);
  });

  it('deactivating forgets them too', async () => {
    await anna.call('POST', '/api/mailbox/deactivate', { purge: false, removeMarks: false });
    expect(await anna.mailbox()).toMatchObject({
      state: 'deactivated',
      mailboxConnection: { isUsable: false },
      crmConnection: { isUsable: false },
    });
  });
});
