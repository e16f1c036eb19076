/** Taking records back in Salesforce: what stays, what goes with them, and that nothing is beyond the recycle bin. */
import { expect, test } from 'vitest';
import type { RecordId } from '../../src/model/ids.ts';
import { draftOf, file } from '../support/drafts.ts';
import { startSalesforceBench } from '../support/salesforce-bench.ts';

async function openWithMail() {
  const bench = await startSalesforceBench({ keyField: true });
  const crm = await bench.connect();
  const results = await crm.saveEmails([draftOf({ files: [file('one.pdf', 500)] }), draftOf({})]);
  const ids = results.map((result) => (result.ok ? result.recordId : ('' as RecordId)));
  const [withFile, plain] = ids as [RecordId, RecordId];
  return { ...bench, crm, withFile, plain };
}

test('a file that hangs on something else stays', async () => {
  const { simulator, crm, withFile } = await openWithMail();
  const [account = ''] = simulator.insert('Account', [{ Name: 'Acme' }]);
  const [document] = simulator.records('ContentDocument');
  simulator.insert('ContentDocumentLink', [
    { ContentDocumentId: String(document?.Id), LinkedEntityId: account, ShareType: 'V' },
  ]);
  expect(await crm.removeRecords([withFile])).toEqual([{ ok: true, recordId: withFile, files: 0 }]);
  expect(simulator.records('ContentDocument')).toHaveLength(1);
  expect(simulator.records('EmailMessage')).toHaveLength(1);
});

test('a file that somebody else put on the record stays', async () => {
  const { simulator, crm, withFile } = await openWithMail();
  const [document] = simulator.records('ContentDocument');
  const colleague = simulator.addUser({
    username: 'b@contoso.example',
    password: 'x',
    email: 'b@contoso.example',
  });
  simulator.change(String(document?.Id), 'ContentDocument', { CreatedById: colleague.id });
  expect(await crm.removeRecords([withFile])).toEqual([{ ok: true, recordId: withFile, files: 0 }]);
  expect(simulator.records('ContentDocument')).toHaveLength(1);
});

test('a record that is locked stays with its file, and stops no other', async () => {
  const { simulator, crm, withFile, plain } = await openWithMail();
  simulator.faults.add({
    operation: 'collections.delete',
    count: 1,
    effect: { kind: 'partial', nth: 1, code: 'UNABLE_TO_LOCK_ROW' },
  });
  const results = await crm.removeRecords([withFile, plain]);
  expect(results.filter(({ ok }) => !ok)).toMatchObject([
    { recordId: withFile, failure: { code: 'crm.record-locked' } },
  ]);
  expect(simulator.records('ContentDocument')).toHaveLength(1);
});

test('two hundred records are removed in one request beside those about files', async () => {
  const { crm } = await openWithMail();
  const results = await crm.saveEmails(Array.from({ length: 200 }, () => draftOf({})));
  const ids = results.map((result) => (result.ok ? result.recordId : ('' as RecordId)));
  await crm.removeRecords(ids);
  expect(crm.traffic().byOperation).toMatchObject({ delete: 1, files: 1 });
});
