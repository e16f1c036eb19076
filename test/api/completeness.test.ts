/** The daily check: what a sabotaged engine lost is found, told and healed within a day, and what people deleted is left alone. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { type Api, openApi } from '../support/api-harness.ts';
import { annaActive, deliver, runLater, STRANGER, savedSubjects } from '../support/mail-scenes.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api[Symbol.asyncDispose]());

/** Anna's mailbox as she sees it, by a session of this moment: days go by here. */
const look = async () => (await api.signIn()).mailbox();

/** Half an hour after half an hour, until a check has told something new; the hours that went by. */
async function untilChecked(): Promise<number> {
  const read = async () => {
    const { rows } = await acrossOrganizations(api.lockstep.ports.db, (tx) =>
      tx.query<{ checked_at: Date | null }>(`select checked_at from completeness`),
    );
    return rows[0]?.checked_at?.getTime() ?? null;
  };
  const before = await read();
  for (let hours = 0.5; hours <= 36; hours += 0.5) {
    await runLater(api, HOUR / 2 + MINUTE);
    if ((await read()) !== before) return hours;
  }
  throw new Error('nobody checked for a day and a half');
}

const sabotage = (sql: string) => acrossOrganizations(api.lockstep.ports.db, (tx) => tx.query(sql));

/** Makes the engine lose a mail: it is in the feed that was read, and nothing is known of it. */
async function lose(subject: string): Promise<void> {
  const itemId = deliver(api, subject);
  await runLater(api, HOUR / 2 + MINUTE);
  const { salesforce } = api.services;
  const record = salesforce.records('EmailMessage').find((row) => row.Subject === subject);
  salesforce.remove(String(record?.Id), 'EmailMessage');
  await acrossOrganizations(api.lockstep.ports.db, async (tx) => {
    await tx.query(`delete from links where item_id = $1`, [itemId]);
    await tx.query(`delete from verdicts`);
  });
}

it('counts a clean mailbox, at the latest a day after it was switched on', async () => {
  deliver(api, 'offer');
  deliver(api, 'stranger', { from: STRANGER });
  await annaActive(api);
  expect((await look()).completeness).toBeNull();
  expect(await untilChecked()).toBeLessThanOrEqual(24);
  const { completeness, status } = await look();
  expect(completeness).toMatchObject({ eligible: 1, saved: 1, missing: 0, removed: 0 });
  expect(status.tone).toBe('good');
});

it('finds a mail that was lost within a day, says so, saves it with the next run, and is content after the next check', async () => {
  deliver(api, 'offer');
  await annaActive(api);
  await untilChecked();
  await lose('lost');
  expect(savedSubjects(api)).toEqual(['offer']);
  expect(await untilChecked()).toBeLessThanOrEqual(24);
  const told = await look();
  expect(told.completeness).toMatchObject({ eligible: 2, saved: 1, missing: 1 });
  expect(told.status).toMatchObject({
    tone: 'waiting',
    text: expect.stringContaining('missing in Salesforce'),
  });
  await runLater(api, HOUR / 2 + MINUTE);
  expect(savedSubjects(api)).toEqual(['lost', 'offer']);
  expect((await look()).issuesOpen).toBe(0);
  expect(await untilChecked()).toBeLessThanOrEqual(2);
  const healed = await look();
  expect(healed.completeness).toMatchObject({ eligible: 2, saved: 2, missing: 0 });
  expect(healed.status.tone).toBe('good');
});

it('counts what was deleted in Salesforce as removed, and never brings it back', async () => {
  deliver(api, 'offer');
  deliver(api, 'deleted');
  await annaActive(api);
  const { salesforce } = api.services;
  const record = salesforce.records('EmailMessage').find((row) => row.Subject === 'deleted');
  salesforce.remove(String(record?.Id), 'EmailMessage');
  await untilChecked();
  expect((await look()).completeness).toMatchObject({
    eligible: 1,
    saved: 1,
    missing: 0,
    removed: 1,
  });
  await runLater(api, HOUR);
  expect(savedSubjects(api)).toEqual(['offer']);
});

it('is not made while sync is paused', async () => {
  deliver(api, 'offer');
  await annaActive(api);
  await sabotage(`update mailboxes set state = 'paused'`);
  await expect(untilChecked()).rejects.toThrow('nobody checked');
});

it('stores no cursor: the next run asks for what moved as before', async () => {
  deliver(api, 'offer');
  await annaActive(api);
  await untilChecked();
  deliver(api, 'fresh');
  await runLater(api, HOUR);
  expect(savedSubjects(api)).toEqual(['fresh', 'offer']);
  expect((await look()).lastRun?.examined).toBe(1);
});

it('that does not go through is tried again an hour later, and is no trouble of the run', async () => {
  deliver(api, 'offer');
  await annaActive(api);
  await runLater(api, HOUR);
  await sabotage(`update completeness set due_at = 'epoch', checked_at = null`);
  // Nothing moved, so the run itself reads no folder; the check does.
  const fault = api.services.exchange.faults.add({
    operation: 'SyncFolderItems',
    effect: { kind: 'http', status: 502, body: 'html' },
  });
  await runLater(api, HOUR);
  expect(await look()).toMatchObject({ lastRun: { outcome: 'done' }, completeness: null });
  expect(api.logLines.join('\n')).toContain('completeness.failed');
  api.services.exchange.faults.remove(fault);
  expect(await untilChecked()).toBeLessThanOrEqual(2);
});
