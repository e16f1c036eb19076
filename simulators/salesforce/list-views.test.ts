import { expect, test } from 'vitest';
import { startSample } from './sample-client.ts';

test('list views of an object are listed page by page', async () => {
  const { simulator, call } = await startSample();
  simulator.addListView({ object: 'Lead', label: 'Leads' });
  for (let at = 0; at < 30; at += 1) simulator.addListView({ object: 'Contact', label: `View ${at}` });
  const first = await call('GET', 'sobjects/Contact/listviews');
  expect(first.body).toMatchObject({ done: false, size: 30, sobjectType: 'Contact' });
  expect(first.body.listviews).toHaveLength(25);
  expect(first.body.listviews[0]).toMatchObject({ label: 'View 0', soqlCompatible: true });
  const rest = await call('GET', String(first.body.nextRecordsUrl).replace('/services/data/v66.0/', ''));
  expect(rest.body).toMatchObject({ done: true, nextRecordsUrl: null });
  expect(rest.body.listviews).toHaveLength(5);
});

test('a view is described with the query that it stands for, which gives its records', async () => {
  const { simulator, call, query } = await startSample();
  const other = simulator.addUser({ username: 'ben@example.test', password: 'x' }).id;
  const own = simulator.create('Contact', { LastName: 'Own', Title: 'CEO' });
  simulator.insert('Contact', [{ LastName: 'Theirs', Title: 'CEO', OwnerId: other }]);
  const id = simulator.addListView({
    object: 'Contact',
    label: 'Mine',
    scope: 'mine',
    where: "Title = 'CEO'",
  });
  const { body } = await call('GET', `sobjects/Contact/listviews/${id}/describe`);
  expect(body).toMatchObject({ id, scope: 'mine', sobjectType: 'Contact' });
  expect(body.query).toContain("FROM Contact USING SCOPE mine WHERE Title = 'CEO' ORDER BY Name");
  const found = await query(body.query);
  expect(found.body.records.map((row: { Id: string }) => row.Id)).toEqual([own]);
});

test('a view that is gone, or another object’s, is not found', async () => {
  const { simulator, call } = await startSample();
  const id = simulator.addListView({ object: 'Contact', label: 'Soon gone' });
  expect((await call('GET', `sobjects/Lead/listviews/${id}/describe`)).status).toBe(404);
  expect((await call('GET', `sobjects/Contact/listviews/${id.slice(0, 15)}`)).body).toMatchObject({ id });
  simulator.removeListView(id);
  expect((await call('GET', `sobjects/Contact/listviews/${id}/describe`)).status).toBe(404);
});

test('a subrequest of a composite may override duplicate rules by a header of its own', async () => {
  const { simulator, call } = await startSample();
  simulator.addDuplicateRule({ object: 'Contact', field: 'LastName', allowSave: true });
  simulator.create('Contact', { LastName: 'Lee' });
  const insert = (referenceId: string, httpHeaders?: Record<string, string>) => ({
    method: 'POST',
    url: '/services/data/v66.0/composite/sobjects',
    referenceId,
    body: { records: [{ attributes: { type: 'Contact' }, LastName: 'Lee' }] },
    ...(httpHeaders === undefined ? {} : { httpHeaders }),
  });
  const header = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };
  const { body } = await call('POST', 'composite', { compositeRequest: [insert('a'), insert('b', header)] });
  expect(body.compositeResponse.map((one: { body: { success: boolean }[] }) => one.body[0]?.success)).toEqual(
    [false, true],
  );
});
