/** Single mails: the latest ones, *Why?* and saving by hand, on Exchange and Salesforce simulated, by the owner alone. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailView } from '../../src/api-schema/mails.ts';
import { HOUR } from '../../src/model/clock.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { ANNA, type Api, BEN, openApi } from '../support/api-harness.ts';
import { dumpRows } from '../support/api-scenes.ts';
import {
  annaActive,
  deliver,
  explain,
  KIM,
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

describe('Why?', () => {
  it('tells of a saved mail which record it is, who is in it, and where it opens', async () => {
    const itemId = deliver(api, 'offer');
    const anna = await annaActive(api);
    const { status, body } = await explain(anna, 'offer');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      mail: { itemId, subject: 'offer', from: KIM, place: 'inbox' },
      verdict: { code: 'saved.linked' },
      record: { created: true },
      issue: null,
      canSave: false,
    });
    expect(body.mailUrl).toBe(
      `https://mail.contoso.test/owa/?ItemID=${encodeURIComponent(itemId)}&exvsurl=1&viewmodel=ReadMessageItem`,
    );
    expect(body.record?.url).toMatch(/^https:\/\/[^/]+\/02s\w{15}$/);
    expect(body.participants).toMatchObject([
      { address: KIM, standing: 'contact', name: 'Kim Larsen' },
      { address: ANNA.address, standing: 'own' },
    ]);
    expect(body.participants[0]?.account).toMatch(/Acme/);
  });

  it.each([
    ['a stranger', 'skipped.no-match', 'people', { from: STRANGER }],
    ['another folder', 'skipped.place-not-saved', 'place', { folder: 'Archive' }],
    ['colleagues alone', 'skipped.internal-participants', 'outsiders', { from: BEN.address }],
  ] as const)('names the rule that stopped a mail: %s', async (_what, code, rule, how) => {
    api.services.exchange.createFolder(ANNA.address, 'Archive');
    deliver(api, 'left-out', how);
    const anna = await annaActive(api);
    const { body } = await explain(anna, 'left-out');
    expect(body.verdict.code).toBe(code);
    expect(body.steps.filter(({ outcome }) => outcome === 'stopped').map((step) => step.rule)).toEqual([
      rule,
    ]);
    expect(body.record).toBeNull();
    expect(body.canSave).toBe(true);
  });

  it('works by item id, while sync is paused, and stores nothing', async () => {
    const anna = await annaActive(api);
    const itemId = deliver(api, 'later', { from: STRANGER });
    await pause(api);
    const before = await dumpRows(api);
    const { status, body } = await anna.call<{ verdict: { code: string } }>('POST', '/api/mails/explain', {
      itemId,
    });
    expect([status, body.verdict.code]).toEqual([200, 'skipped.no-match']);
    expect((await dumpRows(api)).length).toBe(before.length);
  });

  it('says so when there is no such mail, whoever else has it', async () => {
    deliver(api, 'ben-only', { address: BEN.address });
    const anna = await annaActive(api);
    for (const subject of ['ben-only', 'nothing'])
      expect(await explain(anna, subject)).toMatchObject({
        status: 404,
        body: { code: 'api.not-found', detail: expect.stringContaining('folder') },
      });
  });

  it('uses no credential that was refused, and says what is the matter', async () => {
    deliver(api, 'offer');
    const anna = await annaActive(api);
    await pause(api, 'authorization-required', 'mailbox.credentials-rejected');
    const sent = api.sentToMail.length;
    expect(await explain(anna, 'offer')).toMatchObject({
      status: 422,
      body: { code: 'mailbox.credentials-rejected' },
    });
    expect(api.sentToMail).toHaveLength(sent);
  });
});

describe('the latest mails', () => {
  it('come with what became of them', async () => {
    deliver(api, 'saved');
    deliver(api, 'stranger', { from: STRANGER });
    const anna = await annaActive(api);
    deliver(api, 'fresh');
    const { status, body } = await anna.call<{ items: MailView[] }>('GET', '/api/mails/recent');
    expect(status).toBe(200);
    expect(Object.fromEntries(body.items.map((mail) => [mail.subject, mail.verdict?.code ?? null]))).toEqual({
      saved: 'saved.created',
      stranger: 'skipped.no-match',
      fresh: null,
    });
  });
});

describe('saving by hand', () => {
  it('saves what the rules left out, once, and the next run leaves it so', async () => {
    deliver(api, 'stranger', { from: STRANGER });
    const anna = await annaActive(api);
    expect(savedSubjects(api)).toEqual([]);
    const first = await saveByHand(anna, 'stranger');
    expect(first).toMatchObject({ status: 200, body: { verdict: { code: 'saved.created' } } });
    const second = await saveByHand(anna, 'stranger');
    expect(second.body).toMatchObject({ verdict: { code: 'saved.linked' }, recordUrl: first.body.recordUrl });
    await runLater(api, HOUR);
    expect(savedSubjects(api)).toEqual(['stranger']);
    expect((await explain(anna, 'stranger')).body).toMatchObject({
      record: { created: true },
      canSave: false,
    });
  });

  it('works while sync is paused, also for a mail without Message-ID', async () => {
    const anna = await annaActive(api);
    const itemId = deliver(api, 'nameless', { from: STRANGER, messageId: false });
    await pause(api);
    for (const code of ['saved.created', 'saved.linked'])
      expect(await anna.call('POST', '/api/mails/save', { itemId })).toMatchObject({
        status: 200,
        body: { verdict: { code } },
      });
    expect(savedSubjects(api)).toEqual(['nameless']);
  });

  it('still obeys the blocklist', async () => {
    deliver(api, 'blocked', { from: STRANGER });
    const anna = await annaActive(api);
    await anna.call('PUT', '/api/settings', { layer: 'user', settings: { blocklist: ['stranger.test'] } });
    expect(await saveByHand(anna, 'blocked')).toMatchObject({
      status: 200,
      body: { verdict: { code: 'skipped.blocklisted' }, recordUrl: null },
    });
    expect(savedSubjects(api)).toEqual([]);
  });

  it('tells what Salesforce refused, and leaves no issue that a run would judge anew', async () => {
    api.services.salesforce.addValidationRule({
      object: 'EmailMessage',
      condition: "Subject = 'refused'",
      message: 'No such mail here.',
    });
    const anna = await annaActive(api);
    deliver(api, 'refused', { from: STRANGER });
    const { status, body } = await saveByHand(anna, 'refused');
    expect([status, body.verdict.code, body.recordUrl]).toEqual([200, 'crm.validation-rule', null]);
    expect((await anna.mailbox()).issuesOpen).toBe(0);
  });

  it('ends the issue of a mail that a run could not save', async () => {
    api.services.salesforce.addValidationRule({
      object: 'EmailMessage',
      condition: "Subject = 'refused'",
      message: 'No such mail here.',
    });
    const itemId = deliver(api, 'refused');
    const anna = await annaActive(api);
    expect((await anna.mailbox()).issuesOpen).toBe(1);
    expect((await explain(anna, 'refused')).body.issue).toMatchObject({ code: 'crm.validation-rule' });
    const { body } = await anna.call<{ items: { mailUrl: string }[] }>('GET', '/api/issues');
    expect(body.items[0]?.mailUrl).toContain(encodeURIComponent(itemId));
    api.services.salesforce.organizationOf().validationRules.length = 0;
    expect((await saveByHand(anna, 'refused')).body.verdict.code).toBe('saved.created');
    expect((await anna.mailbox()).issuesOpen).toBe(0);
    const categories = api.services.exchange.snapshot(ANNA.address);
    expect(JSON.stringify(categories)).not.toContain('Sync Error');
  });

  it('brings back a mail whose record somebody deleted in Salesforce, and only by hand', async () => {
    deliver(api, 'offer');
    const anna = await annaActive(api);
    const { salesforce } = api.services;
    const [record] = salesforce.records('EmailMessage');
    salesforce.remove(String(record?.Id), 'EmailMessage');
    await runLater(api, HOUR);
    expect(savedSubjects(api)).toEqual([]);
    expect((await explain(anna, 'offer')).body).toMatchObject({ record: null, canSave: true });
    expect((await saveByHand(anna, 'offer')).body.verdict.code).toBe('saved.created');
    expect(savedSubjects(api)).toEqual(['offer']);
  });

  it('links to the record of a colleague who has it', async () => {
    const anna = await annaActive(api);
    const ben = await api.signIn(BEN);
    deliver(api, 'shared', { from: STRANGER });
    deliver(api, 'shared', { from: STRANGER, address: BEN.address });
    await ben.activate({ login: BEN.address, password: BEN.password });
    const first = await saveByHand(ben, 'shared');
    const second = await saveByHand(anna, 'shared');
    expect(second.body).toMatchObject({ verdict: { code: 'saved.found' }, recordUrl: first.body.recordUrl });
    expect(savedSubjects(api)).toEqual(['shared']);
  });
});

/** Puts Anna's mailbox into a state, as whatever leads there would. */
async function pause(of: Api, state = 'paused', cause: string | null = null): Promise<void> {
  await acrossOrganizations(of.lockstep.ports.db, (tx) =>
    tx.query(`update mailboxes set state = $2, cause = $3 where address = $1`, [ANNA.address, state, cause]),
  );
}
