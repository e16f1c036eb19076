/**
 * Enhanced Email in the simulator: what an e-mail brings with it, and what an organization without it allows.
 */
import { describe, expect, it } from 'vitest';
import { startSample } from './sample-client.ts';

const MAIL = {
  Subject: 'Offer',
  Status: '3',
  FromAddress: 'ann@example.test',
  FromName: 'Ann Lee',
  MessageIdentifier: '<1@example.test>',
  MessageDate: '2026-03-01T23:30:00Z',
  TextBody: 'Please find it attached.',
  IsClientManaged: true,
};

async function startWithPeople() {
  const client = await startSample();
  const [accountId = ''] = client.simulator.insert('Account', [{ Name: 'Acme' }]);
  const [amy = '', bo = ''] = client.simulator.insert('Contact', [
    { LastName: 'Ash', Email: 'amy@acme.test', AccountId: accountId },
    { LastName: 'Birch', Email: 'bo@acme.test', AccountId: accountId },
  ]);
  const [user = ''] = client.simulator.records('User').map((row) => String(row.Id));
  return { ...client, accountId, amy, bo, user };
}

describe('an e-mail created with Enhanced Email on', () => {
  it('gets a relation for every participant, known or not, and a completed task', async () => {
    const { call, simulator, amy, bo, user, accountId } = await startWithPeople();
    const created = await call('POST', 'sobjects/EmailMessage', {
      ...MAIL,
      FromId: user,
      ToIds: [amy],
      CcIds: [bo],
      ToAddress: 'new@else.test; other@else.test',
      RelatedToId: accountId,
    });
    expect(created.status).toBe(201);
    const relations = simulator
      .records('EmailMessageRelation')
      .map((row) => [row.RelationType, row.RelationId ?? null, row.RelationAddress]);
    expect(relations).toEqual([
      ['ToAddress', amy, 'amy@acme.test'],
      ['ToAddress', null, 'new@else.test'],
      ['ToAddress', null, 'other@else.test'],
      ['CcAddress', bo, 'bo@acme.test'],
      ['FromAddress', user, 'ann@example.test'],
    ]);
    const email = await call(
      'GET',
      `sobjects/EmailMessage/${created.body.id}?fields=ActivityId,HasAttachment`,
    );
    expect(simulator.records('Task')).toMatchObject([
      {
        Id: email.body.ActivityId,
        TaskSubtype: 'Email',
        Status: 'Completed',
        IsClosed: true,
        Subject: 'Offer',
        ActivityDate: '2026-03-01',
        WhoId: amy,
        WhatId: accountId,
      },
    ]);
    expect(simulator.records('TaskRelation')).toHaveLength(2);
  });

  it('is written once: later only custom fields, New to Read and what its client manages change', async () => {
    const { call, simulator, accountId } = await startWithPeople();
    simulator.deployField('EmailMessage', 'Lockstep_Key__c string(255) cufsgnixq');
    const { body } = await call('POST', 'sobjects/EmailMessage', { ...MAIL, Status: '0' });
    const change = (changes: object) => call('PATCH', `sobjects/EmailMessage/${body.id}`, changes);
    expect((await change({ Subject: 'Other' })).body[0].errorCode).toBe('INSUFFICIENT_ACCESS_OR_READONLY');
    expect((await change({ Status: '1' })).status).toBe(204);
    expect((await change({ Status: '2' })).status).toBe(403);
    expect((await change({ Lockstep_Key__c: 'k' })).status).toBe(204);
    expect((await change({ RelatedToId: accountId })).status).toBe(204);
    expect(simulator.records('Task')[0]?.WhatId).toBe(accountId);
  });

  it('takes no activity of its own, and on a case the same record twice', async () => {
    const { call, simulator, accountId } = await startWithPeople();
    const [task = ''] = simulator.insert('Task', [{ Subject: 'T' }]);
    const own = await call('POST', 'sobjects/EmailMessage', { ...MAIL, ActivityId: task });
    expect([own.status, own.body[0].errorCode]).toEqual([403, 'INSUFFICIENT_ACCESS_OR_READONLY']);
    const [caseId = ''] = simulator.insert('Case', [{ Subject: 'C' }]);
    const torn = await call('POST', 'sobjects/EmailMessage', {
      ...MAIL,
      ParentId: caseId,
      RelatedToId: accountId,
    });
    expect(torn.body[0].errorCode).toBe('FIELD_INTEGRITY_EXCEPTION');
    expect((await call('POST', 'sobjects/EmailMessage', { ...MAIL, ParentId: caseId })).status).toBe(201);
  });

  it('goes into the recycle bin with its task and relations, and comes back with them', async () => {
    const { call, simulator, query, amy } = await startWithPeople();
    const { body } = await call('POST', 'sobjects/EmailMessage', { ...MAIL, ToIds: [amy] });
    expect((await call('DELETE', `sobjects/EmailMessage/${body.id}`)).status).toBe(204);
    expect(simulator.records('Task')).toEqual([]);
    expect(simulator.records('EmailMessageRelation')).toEqual([]);
    expect((await query('SELECT Id FROM EmailMessage')).body.totalSize).toBe(0);
    const all = await call('GET', `queryAll?q=${encodeURIComponent('SELECT IsDeleted FROM EmailMessage')}`);
    expect(all.body.records).toMatchObject([{ IsDeleted: true }]);
    const again = await call('DELETE', `sobjects/EmailMessage/${body.id}`);
    expect([again.status, again.body[0].errorCode]).toEqual([404, 'ENTITY_IS_DELETED']);
    simulator.undelete(body.id);
    expect(simulator.records('Task')).toHaveLength(1);
  });
});

describe('an organization without Enhanced Email', () => {
  it('has no relations and e-mails on cases only', async () => {
    const { call, simulator, query } = await startWithPeople();
    simulator.changeSettings({ enhancedEmail: false });
    expect((await call('GET', 'sobjects/EmailMessageRelation/describe')).status).toBe(404);
    const described = await call('GET', 'sobjects/EmailMessage/describe');
    const names = described.body.fields.map((field: { name: string }) => field.name);
    expect(names).not.toContain('ToIds');
    const free = await call('POST', 'sobjects/EmailMessage', MAIL);
    expect(free.body[0]).toMatchObject({ errorCode: 'REQUIRED_FIELD_MISSING', fields: ['ParentId'] });
    const [caseId = ''] = simulator.insert('Case', [{ Subject: 'C' }]);
    expect((await call('POST', 'sobjects/EmailMessage', { ...MAIL, ParentId: caseId })).status).toBe(201);
    expect(simulator.records('Task')).toEqual([]);
    simulator.changeSettings({ emailToCase: false });
    expect((await query('SELECT Id FROM EmailMessage')).body[0].errorCode).toBe('INVALID_TYPE');
    const task = { Subject: 'Mail', TaskSubtype: 'Email', Status: 'Completed', ActivityDate: '2026-03-01' };
    expect((await call('POST', 'sobjects/Task', task)).status).toBe(201);
  });
});
