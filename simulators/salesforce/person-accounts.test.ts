import { expect, test } from 'vitest';
import { startSample } from './sample-client.ts';

test('the contact of a person account follows its account, and is neither written nor deleted itself', async () => {
  const { simulator, call, query } = await startSample();
  expect((await query('SELECT IsPersonAccount FROM Contact')).status).toBe(400);
  simulator.enablePersonAccounts();
  const { accountId, contactId } = simulator.addPersonAccount({
    FirstName: 'Kim',
    LastName: 'Lee',
    PersonEmail: 'kim@example.test',
    PersonMailingCity: 'Bern',
  });
  const read = async () => (await call('GET', `sobjects/Contact/${contactId}`)).body;
  expect(await read()).toMatchObject({
    IsPersonAccount: true,
    Email: 'kim@example.test',
    MailingCity: 'Bern',
  });
  await call('PATCH', `sobjects/Account/${accountId}`, {
    LastName: 'Ray',
    PersonMailingCity: null,
    Phone: '1',
  });
  expect(await read()).toMatchObject({ Name: 'Kim Ray', MailingCity: null, Phone: '1' });
  for (const [method, body] of [
    ['PATCH', { Phone: '2' }],
    ['DELETE', undefined],
  ] as const)
    expect((await call(method, `sobjects/Contact/${contactId}`, body)).status).toBe(400);
  await call('DELETE', `sobjects/Account/${accountId}`);
  expect(simulator.records('Contact')).toEqual([]);
});

test('a plain account and its contacts are what they were', async () => {
  const { simulator, call } = await startSample();
  simulator.enablePersonAccounts();
  const account = simulator.create('Account', { Name: 'Acme' });
  const contact = simulator.create('Contact', { LastName: 'Lee', AccountId: account });
  expect((await call('PATCH', `sobjects/Contact/${contact}`, { Phone: '2' })).status).toBe(204);
  await call('PATCH', `sobjects/Account/${account}`, { Phone: '1' });
  expect((await call('GET', `sobjects/Contact/${contact}`)).body).toMatchObject({
    Phone: '2',
    IsPersonAccount: false,
  });
});
