/** The part of the contract of a CRM that is about records that are known already: their names, their addresses, taking them back. */
import { expect } from 'vitest';
import type { EmailKey, RecordId } from '../../src/model/ids.ts';
import { type Check, failureOf, saved } from '../support/crm-world.ts';
import { draftOf, file } from '../support/drafts.ts';

export function describeRecords(check: Check): void {
  check('tells what records are called, in the order asked, and which are gone', async (opened) => {
    const kim = await opened.addPerson({ kind: 'contact', addresses: ['kim@acme.example'], accountId: null });
    const acme = await opened.addAccount('acme.example');
    const results = saved(
      await opened.crm.saveEmails([draftOf({ subject: 'First' }), draftOf({ subject: 'Second' })]),
    );
    const [first, second] = results.map(({ recordId }) => recordId) as [RecordId, RecordId];
    await opened.crm.removeRecords([first]);
    const facts = await (await opened.reopen()).describeRecords([second, kim, first, acme, second]);
    expect(facts.map(({ recordId }) => recordId)).toEqual([second, kim, first, acme, second]);
    expect(facts.map(({ exists }) => exists)).toEqual([true, true, false, true, true]);
    expect([facts[0]?.label, facts[2]?.label, facts[4]?.label]).toEqual(['Second', null, 'Second']);
    expect(facts[1]?.label).toContain('Kim');
    expect(facts[3]?.label).toBe('acme.example');
  });

  check('tells of many records in few requests, and of none without any', async (opened) => {
    const batch = Array.from({ length: 300 }, () => draftOf({}));
    const ids: RecordId[] = [];
    const { emailsMax } = await opened.crm.capabilities();
    for (let at = 0; at < batch.length; at += emailsMax)
      ids.push(
        ...saved(await opened.crm.saveEmails(batch.slice(at, at + emailsMax))).map(
          ({ recordId }) => recordId,
        ),
      );
    const before = opened.crm.traffic().requests;
    expect((await opened.crm.describeRecords(ids)).every(({ exists }) => exists)).toBe(true);
    expect(opened.crm.traffic().requests - before).toBeLessThanOrEqual(2);
    expect(await opened.crm.describeRecords([])).toEqual([]);
    expect(await opened.crm.removeRecords([])).toEqual([]);
    expect(opened.crm.traffic().requests - before).toBeLessThanOrEqual(2);
  });

  check('an address of a record is a page of the CRM, and asks nobody', async (opened) => {
    const before = opened.crm.traffic().requests;
    const url = new URL(await opened.crm.recordUrl('02s000000000001AAA' as RecordId));
    expect([url.protocol, url.pathname]).toEqual(['https:', '/02s000000000001AAA']);
    expect(opened.crm.traffic().requests).toBe(before);
  });
}

export function describeRemoving(check: Check): void {
  check('removes records with their files, and leaves the others', async (opened) => {
    const drafts = [
      draftOf({ files: [file('one.pdf', 500), file('two.pdf', 600)] }),
      draftOf({}),
      draftOf({}),
    ];
    const ids = saved(await opened.crm.saveEmails(drafts)).map(({ recordId }) => recordId);
    const [first, second] = ids as [RecordId, RecordId];
    expect(await opened.crm.removeRecords([second, first])).toEqual([
      { ok: true, recordId: second, files: 0 },
      { ok: true, recordId: first, files: 2 },
    ]);
    expect([...(await opened.readEmails()).keys()]).toEqual([drafts[2]?.key]);
    const { emails } = await opened.crm.lookUp({
      addresses: [],
      domains: [],
      keys: drafts.map(({ key }) => key),
      relateTo: 'account',
    });
    expect(emails.map(({ key }) => key)).toEqual([drafts[2]?.key]);
  });

  check('what is gone already counts as removed, so that removing can be repeated', async (opened) => {
    const draft = draftOf({ files: [file('one.pdf', 500)] });
    const [recordId] = saved(await opened.crm.saveEmails([draft])).map((one) => one.recordId);
    if (recordId === undefined) throw new Error('nothing was saved');
    for (const files of [1, 0])
      expect(await opened.crm.removeRecords([recordId])).toEqual([{ ok: true, recordId, files }]);
  });

  check('a removed mail can be saved again, as another record', async (opened) => {
    const draft = draftOf({});
    const [first] = saved(await opened.crm.saveEmails([draft]));
    if (first === undefined) throw new Error('nothing was saved');
    await opened.crm.removeRecords([first.recordId]);
    const [second] = saved(await (await opened.reopen()).saveEmails([draft]));
    expect(second).toMatchObject({ created: true });
    expect(second?.recordId).not.toBe(first.recordId);
    expect((await opened.readEmails()).get(draft.key as EmailKey)).toHaveLength(1);
  });

  check('withdrawn access is named when records are described or removed', async (opened) => {
    const [mail] = saved(await opened.crm.saveEmails([draftOf({})]));
    if (mail === undefined) throw new Error('nothing was saved');
    await opened.revoke();
    for (const call of [
      () => opened.crm.describeRecords([mail.recordId]),
      () => opened.crm.removeRecords([mail.recordId]),
    ])
      expect((await failureOf(call())).kind).toBe('authorization-revoked');
  });
}
