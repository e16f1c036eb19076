/** Issues of every collection (D2): what they say of both sides, by collection, for the owner and for administrators; and that *Retry* takes all of them up. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IssueView } from '../../src/api-schema/runs.ts';
import { failure } from '../../src/model/failure.ts';
import { ANNA, type Person } from '../support/api-harness.ts';
import { makeItem } from '../support/memory-items.ts';
import { makeRecord } from '../support/memory-records.ts';
import { connect, later, openTwoWayApi, type TwoWayApi } from '../support/two-way-api.ts';
import { fields, hoursAfter } from '../support/two-way-scene.ts';

let scene: TwoWayApi;
let anna: Person;
beforeEach(async () => {
  scene = await openTwoWayApi();
  anna = await connect(scene);
});
afterEach(() => scene.api[Symbol.asyncDispose]());

const issues = async (query = '') =>
  (await anna.call<{ items: IssueView[] }>('GET', `/api/issues${query}`)).body.items;

function refuse(subject: string, said = 'No such thing here.'): void {
  scene.org.records.rules.set(subject, {
    failure: failure('crm.validation-rule', { vendorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' }),
    said,
    isOverridable: false,
  });
}

async function refuseAll(): Promise<void> {
  const { personal } = scene.mailboxOf(ANNA.address);
  refuse('Lunch');
  refuse('Call');
  makeItem(personal, 'events', { fields: fields({ subject: 'Lunch', time: hoursAfter(30) }) });
  makeItem(personal, 'tasks', { fields: fields({ subject: 'Call' }) });
  await later(scene);
}

describe('an issue', () => {
  it('tells its collection, its item and what to do, and is found by its collection', async () => {
    await refuseAll();
    expect((await issues()).map(({ collection }) => collection).toSorted()).toEqual(['events', 'tasks']);
    expect(await issues('?collection=events')).toMatchObject([
      {
        ...{ collection: 'events', code: 'crm.validation-rule', isWhole: false },
        ...{
          itemId: 'events-1',
          recordId: null,
          recordUrl: null,
          mailUrl: 'https://mail.contoso.test/owa/?ItemID=events-1&exvsurl=1&path=/calendar/item',
        },
      },
    ]);
    expect(await issues('?collection=contacts')).toEqual([]);
    expect((await anna.call('GET', '/api/issues?collection=else')).status).toBe(400);
  });

  it('of a record that is there leads to it', async () => {
    const { personal } = scene.mailboxOf(ANNA.address);
    personal.refusals.set('Visit', failure('mailbox.item-access-denied'));
    const recordId = makeRecord(scene.org.records, 'events', {
      fields: fields({ subject: 'Visit', time: hoursAfter(40) }),
    });
    await later(scene);
    expect(await issues()).toMatchObject([
      { collection: 'events', itemId: null, recordId, recordUrl: `https://crm.test/${recordId}` },
    ]);
    const { body, text } = await anna.call<{ items: IssueView[] }>(
      'GET',
      '/api/admin/issues?collection=events',
    );
    expect(body.items).toMatchObject([{ recordId, recordUrl: `https://crm.test/${recordId}` }]);
    expect(text).not.toContain('Visit');
    const csv = (await anna.call('GET', '/api/admin/issues.csv?collection=events')).text.trim().split('\r\n');
    expect(csv[0]).toContain('mailbox,collection,record,code');
    expect(csv[1]).toContain(`,events,${recordId},`);
    const none = await anna.call<{ items: IssueView[] }>('GET', '/api/admin/issues?collection=tasks');
    expect(none.body.items).toEqual([]);
  });

  it('of a whole collection says so, and is over when it goes again', async () => {
    const { personal } = scene.mailboxOf(ANNA.address);
    personal.forbidden.set('tasks', failure('mailbox.scope-missing', { fields: ['tasks'] }));
    await later(scene);
    const [whole] = await issues();
    expect(whole).toMatchObject({ collection: 'tasks', isWhole: true, itemId: null, recordId: null });
    personal.forbidden.delete('tasks');
    expect((await anna.call('POST', `/api/issues/${whole?.id}/retry`)).status).toBe(202);
    await later(scene);
    expect(await issues()).toEqual([]);
  });

  it('of any collection is tried again when asked', async () => {
    await refuseAll();
    scene.org.records.rules.clear();
    for (const { id } of await issues())
      expect((await anna.call('POST', `/api/issues/${id}/retry`)).status).toBe(202);
    await later(scene);
    expect(await issues()).toEqual([]);
    expect([...scene.org.records.stored.values()].map(({ collection }) => collection).toSorted()).toEqual([
      'events',
      'tasks',
    ]);
  });
});
