/** The hands of the CRM's suite of events, contacts and tasks do in the simulated Salesforce what their names say. */
import { expect, it } from 'vitest';
import { collections } from '../../src/model/collection.ts';
import { makeByHand } from '../support/records-world.ts';
import { openSalesforceRecords } from '../support/salesforce-records-world.ts';

it('the hands make, change, count and throw away records, own ones and a colleague’s', async () => {
  const world = await openSalesforceRecords();
  const { hands } = world;
  const account = await hands.makeAccount('Acme');
  for (const collection of collections) {
    const own = await makeByHand(world, collection, 'One');
    const other = await makeByHand(world, collection, 'Two', { owner: 'colleague' });
    expect(await hands.ownerOf(collection, other)).toBe(await hands.colleague());
    expect(await hands.ownerOf(collection, own)).not.toBe(await hands.colleague());
    await hands.change(collection, own, { subject: 'New', lastName: 'New', description: '', due: '' });
    expect(await hands.count(collection)).toBe(2);
    await hands.remove(collection, own);
    expect([await hands.isInBin(collection, own), await hands.count(collection)]).toEqual([true, 1]);
    expect(await hands.relatedToOf(collection, own)).toBeNull();
  }
  const contact = await makeByHand(world, 'contacts', 'Marlow', {
    accountId: account,
    furtherAddress: 'r.marlow@home.example',
  });
  expect(await hands.relatedToOf('contacts', contact)).toBe(account);
});

it('the hands relate people by hand, and make what the platform makes of itself', async () => {
  const world = await openSalesforceRecords();
  const { hands } = world;
  const event = await makeByHand(world, 'events', 'Fair', { fields: { time: '2026-11-10/2026-11-12' } });
  const kim = await hands.makePerson('Kim');
  await hands.relate(event, kim);
  expect(await hands.relationsOf(event)).toEqual([
    { recordId: kim.recordId, answer: 'none', isInvitee: false },
  ]);
  const made = [await hands.makeCopy?.(), await hands.makeSeriesHead?.(), await hands.makeEmailTask?.()];
  expect(new Set(made).size).toBe(3);
  expect(made).not.toContain(undefined);
});
