/** Taking back: a run's records, earlier mail that changed settings would leave out, and that what was taken back comes back only by hand. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CreatedRecords } from '../../src/api-schema/removal.ts';
import type { RunView } from '../../src/api-schema/runs.ts';
import { HOUR } from '../../src/model/clock.ts';
import { ANNA, type Api, BEN, OLGA, openApi, type Person } from '../support/api-harness.ts';
import {
  annaActive,
  deliver,
  explain,
  KIM,
  linesOf,
  runLater,
  STRANGER,
  saveByHand,
  savedSubjects,
} from '../support/mail-scenes.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api[Symbol.asyncDispose]());

async function lastRun(person: Person): Promise<string> {
  const { body } = await person.call<{ items: RunView[] }>('GET', '/api/runs');
  return body.items[0]?.id ?? '';
}

async function undo(person: Person, runId: string) {
  const lines = linesOf(await person.call('POST', `/api/runs/${runId}/undo`));
  return lines.at(-1);
}

const records = (person: Person, runId: string) =>
  person.call<CreatedRecords>('GET', `/api/runs/${runId}/records`);

async function benActive(): Promise<Person> {
  const ben = await api.signIn(BEN);
  await ben.activate({ login: BEN.address, password: BEN.password });
  await api.runDue();
  return ben;
}

describe('undoing a run', () => {
  it('lists what the run created, by its names in Salesforce, and takes it back', async () => {
    deliver(api, 'first');
    deliver(api, 'second');
    const anna = await annaActive(api);
    const run = await lastRun(anna);
    const { body } = await records(anna, run);
    expect(body.items.map(({ label }) => label).toSorted()).toEqual(['first', 'second']);
    expect(body.removable).toBe(2);
    const lines = linesOf(await anna.call('POST', `/api/runs/${run}/undo`));
    expect(lines).toEqual([
      { kind: 'progress', done: 2, total: 2 },
      { kind: 'result', result: { removed: 2, kept: [] } },
    ]);
    expect(savedSubjects(api)).toEqual([]);
    expect((await records(anna, run)).body).toMatchObject({
      removable: 0,
      items: [
        { label: null, removable: false },
        { label: null, removable: false },
      ],
    });
    expect((await anna.mailbox()).savedTotal).toBe(0);
  });

  it('lets nothing come back by itself: not by a run, a touched mail, a move or a lost cursor', async () => {
    const itemId = deliver(api, 'offer');
    const anna = await annaActive(api);
    await undo(anna, await lastRun(anna));
    const { exchange } = api.services;
    exchange.setCategories(ANNA.address, itemId, ['Mine']);
    await runLater(api, HOUR);
    exchange.createFolder(ANNA.address, 'Salesforce Emails');
    exchange.move(ANNA.address, itemId, 'Salesforce Emails');
    await runLater(api, HOUR);
    exchange.expireSyncStates(ANNA.address);
    await runLater(api, HOUR);
    expect(savedSubjects(api)).toEqual([]);
    const { body } = await explain(anna, 'offer');
    expect(body).toMatchObject({ verdict: { code: 'skipped.removed' }, record: null, canSave: true });
    expect(body.steps[0]).toMatchObject({ rule: 'removed', outcome: 'stopped' });
  });

  it('is itself undone by hand, for one mail, which belongs to no run then', async () => {
    deliver(api, 'offer');
    const anna = await annaActive(api);
    const run = await lastRun(anna);
    await undo(anna, run);
    expect((await saveByHand(anna, 'offer')).body.verdict.code).toBe('saved.created');
    await runLater(api, HOUR);
    expect(savedSubjects(api)).toEqual(['offer']);
    expect((await records(anna, run)).body.items).toEqual([]);
    expect((await undo(anna, run))?.result).toEqual({ removed: 0, kept: [] });
    expect(savedSubjects(api)).toEqual(['offer']);
  });

  it('leaves what the run only found, and what a colleague relies on', async () => {
    deliver(api, 'shared');
    deliver(api, 'mine');
    deliver(api, 'shared', { address: BEN.address });
    const anna = await annaActive(api);
    const ben = await benActive();
    expect((await records(ben, await lastRun(ben))).body.items).toEqual([]);
    const run = await lastRun(anna);
    expect((await records(anna, run)).body.removable).toBe(1);
    expect((await undo(anna, run))?.result).toMatchObject({
      removed: 1,
      kept: [{ code: 'kept.colleague', count: 1 }],
    });
    expect(savedSubjects(api)).toEqual(['shared']);
  });

  it('does not stop a colleague from saving his own copy by his own rules', async () => {
    deliver(api, 'shared');
    const anna = await annaActive(api);
    await undo(anna, await lastRun(anna));
    deliver(api, 'shared', { address: BEN.address });
    const ben = await benActive();
    expect((await records(ben, await lastRun(ben))).body.items).toMatchObject([{ label: 'shared' }]);
    await runLater(api, HOUR);
    expect((await explain(anna, 'shared')).body.verdict.code).toBe('skipped.removed');
  });

  it('counts what Salesforce refuses to give up, by its reason', async () => {
    deliver(api, 'offer');
    deliver(api, 'held');
    const anna = await annaActive(api);
    api.services.salesforce.faults.add({
      operation: 'collections.delete',
      count: 1,
      effect: { kind: 'partial', nth: 1, code: 'INSUFFICIENT_ACCESS_OR_READONLY' },
    });
    const run = await lastRun(anna);
    expect((await undo(anna, run))?.result).toMatchObject({
      removed: 1,
      kept: [{ code: 'crm.record-access-denied', count: 1 }],
    });
    expect((await undo(anna, run))?.result).toMatchObject({ removed: 1, kept: [] });
    expect(savedSubjects(api)).toEqual([]);
  });

  it('tells a problem in its last line when Salesforce withdraws', async () => {
    deliver(api, 'offer');
    const anna = await annaActive(api);
    const run = await lastRun(anna);
    api.services.salesforce.endSessions();
    api.services.salesforce.revokeRefreshTokens();
    expect(await undo(anna, run)).toMatchObject({
      kind: 'problem',
      problem: { code: 'crm.authorization-revoked' },
    });
    expect(savedSubjects(api)).toEqual(['offer']);
  });

  it('is refused for a run of another mailbox, of one’s own organization or another', async () => {
    deliver(api, 'offer');
    const anna = await annaActive(api);
    const run = await lastRun(anna);
    for (const person of [await benActive(), await api.signIn(OLGA)]) {
      expect((await person.call('POST', `/api/runs/${run}/undo`)).status).toBe(404);
      expect((await records(person, run)).status).toBe(404);
    }
    expect(savedSubjects(api)).toEqual(['offer']);
  });
});

describe('the retroactive question', () => {
  const ask = async (person: Person, settings: object, apply = false) => {
    const url = `/api/settings/earlier${apply ? '/apply' : ''}`;
    return linesOf(await person.call('POST', url, { settings })).at(-1);
  };

  it('counts the earlier mails that the changed settings would leave out, and changes nothing', async () => {
    deliver(api, 'offer');
    deliver(api, 'answer', { from: ANNA.address, to: KIM, folder: 'sentitems' });
    const anna = await annaActive(api);
    for (const [settings, matches] of [
      [{ blocklist: ['acme-bikes.test'] }, 2],
      [{ autoSaveSent: false }, 1],
      [{ blocklist: ['else.test'], markSaved: true }, 0],
    ] as const)
      expect((await ask(anna, settings))?.result).toEqual({ matches, examined: 2, isComplete: true });
    expect(savedSubjects(api)).toEqual(['answer', 'offer']);
  });

  it('takes back exactly those, whether the settings were saved before or not', async () => {
    deliver(api, 'offer');
    deliver(api, 'answer', { from: ANNA.address, to: KIM, folder: 'sentitems' });
    const anna = await annaActive(api);
    const settings = { autoSaveInbox: false };
    await anna.call('PUT', '/api/settings', { layer: 'user', settings });
    expect((await ask(anna, settings))?.result).toMatchObject({ matches: 1 });
    expect((await ask(anna, settings, true))?.result).toEqual({ removed: 1, kept: [] });
    expect(savedSubjects(api)).toEqual(['answer']);
    expect((await ask(anna, settings))?.result).toMatchObject({ matches: 0, examined: 1 });
  });

  it('leaves alone what a person saved by hand', async () => {
    const anna = await annaActive(api);
    deliver(api, 'stranger', { from: STRANGER });
    await saveByHand(anna, 'stranger');
    expect((await ask(anna, { autoSaveInbox: false }, true))?.result).toEqual({ removed: 0, kept: [] });
    expect(savedSubjects(api)).toEqual(['stranger']);
  });
});

describe('the list of runs as CSV', () => {
  it('is the administrators’, and holds the own organization’s runs without content', async () => {
    deliver(api, 'offer');
    const anna = await annaActive(api);
    const { status, text, headers } = await anna.call('GET', '/api/admin/runs.csv');
    expect(status).toBe(200);
    expect(String(headers['content-type'])).toContain('text/csv');
    const [heading, ...rows] = text.trim().split('\r\n');
    expect(heading).toContain('run,person,mailbox,trigger,started_at');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain(`${ANNA.address},activation,`);
    expect(text).not.toContain('offer');
    const olga = await api.signIn(OLGA);
    expect((await olga.call('GET', '/api/admin/runs.csv')).text.trim().split('\r\n')).toHaveLength(1);
    const ben = await api.signIn(BEN);
    expect((await ben.call('GET', '/api/admin/runs.csv')).status).toBe(403);
  });
});
