/** Erasing a person (P9): what Lockstep wrote about one address is listed and removed, what people made stays, and the address is kept nowhere. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ErasureView } from '../../src/api-schema/admin/erasure.ts';
import { HOUR } from '../../src/model/clock.ts';
import { ANNA, type Api, openApi, type Person } from '../support/api-harness.ts';
import { annaActive, deliver, KIM, linesOf, runLater, savedSubjects } from '../support/mail-scenes.ts';

let api: Api;
let anna: Person;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const find = (address: string) => anna.call<ErasureView>('POST', '/api/admin/erasures/find', { address });
const erase = async (address: string) => linesOf(await anna.call('POST', '/api/admin/erasures', { address }));

/** A mail from the person and a meeting with him, both saved by Lockstep. */
async function saved(): Promise<void> {
  deliver(api, 'offer');
  const startAt = api.clock.now() + 24 * HOUR;
  api.services.exchange.createEvent(ANNA.address, {
    subject: 'Review',
    ...{ start: startAt, end: startAt + HOUR },
    required: [{ address: KIM, name: 'Kim' }],
  });
  anna = await annaActive(api);
  await runLater(api, HOUR);
}

const rows = (object: string) => api.services.salesforce.records(object);

describe('erasing a person', () => {
  it('lists what Lockstep wrote about the address by its names, and how much it did not write', async () => {
    await saved();
    const { status, body } = await find(KIM.toUpperCase());
    expect(status).toBe(200);
    expect(body.items.map(({ collection, label }) => [collection, label]).toSorted()).toEqual([
      ['emails', 'offer'],
      ['events', 'Review'],
    ]);
    // His own contact was there before, and Salesforce makes a task of each e-mail by itself.
    expect(body).toMatchObject({ others: 2, isComplete: true });
    expect(savedSubjects(api)).toEqual(['offer']);
    expect((await find('nobody@acme.test')).body).toEqual({ items: [], others: 0, isComplete: true });
  });

  it('removes it for good, with progress, and leaves what people made', async () => {
    await saved();
    const contacts = rows('Contact').length;
    const lines = await erase(KIM);
    expect(lines.at(-1)).toEqual({ kind: 'result', result: { removed: 2, kept: [] } });
    expect(lines.some(({ kind }) => kind === 'progress')).toBe(true);
    expect(savedSubjects(api)).toEqual([]);
    expect(rows('Event')).toEqual([]);
    expect(rows('Task')).toEqual([]);
    expect(rows('Contact')).toHaveLength(contacts);
    await runLater(api, HOUR);
    api.services.exchange.expireSyncStates(ANNA.address);
    await runLater(api, HOUR);
    expect(savedSubjects(api)).toEqual([]);
    expect(rows('Event')).toEqual([]);
    expect((await find(KIM)).body.items).toEqual([]);
    expect(api.services.exchange.notificationsSent()).toEqual([]);
  });

  it('counts what Salesforce refuses to give up, and removes it when asked again', async () => {
    await saved();
    api.services.salesforce.faults.add({
      operation: 'collections.delete',
      count: 1,
      effect: { kind: 'partial', nth: 1, code: 'INSUFFICIENT_ACCESS_OR_READONLY' },
    });
    expect((await erase(KIM)).at(-1)?.result).toMatchObject({
      removed: 1,
      kept: [{ code: 'crm.record-access-denied', count: 1 }],
    });
    expect((await erase(KIM)).at(-1)?.result).toEqual({ removed: 1, kept: [] });
  });

  it('keeps the address nowhere: not in a log, a row or the audit, which has a print', async () => {
    await saved();
    const logged = api.logLines.length;
    await find(KIM);
    await erase(KIM);
    expect(api.logLines.slice(logged).join('\n')).not.toContain(KIM);
    const audit = await anna.call<{ items: { action: string; details: object }[] }>(
      'GET',
      '/api/admin/audit',
    );
    const entry = audit.body.items.find(({ action }) => action === 'person.erased');
    expect(entry?.details).toEqual({ removed: 2, kept: 0, print: expect.stringMatching(/^[\w+/=-]{8,64}$/) });
    expect(JSON.stringify(audit.body)).not.toContain(KIM);
  });

  it('is refused for what is no address, and tells nothing of it', async () => {
    anna = await annaActive(api);
    const { status, text } = await find(`${KIM} or all`);
    expect(status).toBe(400);
    expect(text).not.toContain(KIM);
  });
});
