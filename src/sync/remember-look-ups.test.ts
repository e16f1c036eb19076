/** That a run asks the CRM about nobody twice, and gets the same answers as if it had. */
import { expect, test } from 'vitest';
import type { CrmConnector, LookUpQuery, LookUpResult } from '../model/connector.ts';
import type { EmailKey, RecordId } from '../model/ids.ts';
import { rememberLookUps } from './remember-look-ups.ts';

/** Knows `kim@acme.test`, the account of `acme.test`, its opportunity, and no mail. */
function createCrm(lookUpMax = 100) {
  const asked: LookUpQuery[] = [];
  const account = 'account' as RecordId;
  const lookUp = async (query: LookUpQuery): Promise<LookUpResult> => {
    asked.push(query);
    const knowsKim = query.addresses.includes('kim@acme.test');
    const knowsAcme = query.domains.includes('acme.test');
    return {
      people: knowsKim
        ? [{ kind: 'contact', recordId: 'kim' as RecordId, address: 'kim@acme.test', accountId: account }]
        : [],
      accounts: knowsAcme ? [{ domain: 'acme.test', recordId: account }] : [],
      emails: query.keys.map((key) => ({ key, recordId: `record of ${key}` as RecordId })),
      related: knowsKim || knowsAcme ? new Map([[account, 'opportunity' as RecordId]]) : new Map(),
    };
  };
  const crm = { lookUp, capabilities: async () => ({ lookUpMax }) } as unknown as CrmConnector;
  return { crm, asked };
}

const query = (changes: Partial<LookUpQuery>): LookUpQuery => ({
  addresses: [],
  domains: [],
  keys: [],
  relateTo: 'opportunity',
  ...changes,
});

test('the second question about the same people costs nothing and is answered the same', async () => {
  const { crm, asked } = createCrm();
  const remembering = rememberLookUps(crm);
  const question = query({ addresses: ['kim@acme.test', 'nobody@b.test'], domains: ['acme.test', 'b.test'] });
  const first = await remembering.lookUp(question);
  const second = await remembering.lookUp(question);
  expect(asked).toHaveLength(1);
  expect(second).toEqual(first);
  expect(second).toEqual({ ...(await crm.lookUp(question)) });
});

test('only who is new is asked about, and keys are asked every time', async () => {
  const { crm, asked } = createCrm();
  const remembering = rememberLookUps(crm);
  const keys = ['one' as EmailKey];
  await remembering.lookUp(query({ addresses: ['kim@acme.test'], keys }));
  const result = await remembering.lookUp(query({ addresses: ['kim@acme.test', 'new@c.test'], keys }));
  expect(asked[1]).toEqual(query({ addresses: ['new@c.test'], keys }));
  expect(result.people.map(({ recordId }) => recordId)).toEqual(['kim']);
  expect(result.emails).toHaveLength(1);
});

test('a question larger than the CRM takes is cut, and the parts are one answer', async () => {
  const { crm, asked } = createCrm(2);
  const keys = ['a', 'b', 'c', 'd', 'e'] as EmailKey[];
  const result = await rememberLookUps(crm).lookUp(query({ keys, addresses: ['x@y.test', 'kim@acme.test'] }));
  expect(asked.map((part) => part.keys.length)).toEqual([2, 2, 1]);
  expect(result.emails.map(({ key }) => key)).toEqual(keys);
  expect(result.people).toHaveLength(1);
});

test('what is remembered is bounded', async () => {
  const { crm, asked } = createCrm();
  const remembering = rememberLookUps(crm, 2);
  for (const name of ['a', 'b', 'c', 'a']) await remembering.lookUp(query({ addresses: [`${name}@x.test`] }));
  expect(asked).toHaveLength(4);
});
