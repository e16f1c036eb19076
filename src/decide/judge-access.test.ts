import { expect, test } from 'vitest';
import { catalogue } from '../model/catalogue.ts';
import { failure } from '../model/failure.ts';
import { type AccessFacts, judgeAccess } from './judge-access.ts';

const sound: AccessFacts = {
  profile: { enabled: true, hasMailAccess: true },
  state: null,
  address: 'anna@contoso.test',
  mail: { addresses: ['anna@contoso.test', 'sales@contoso.test'] },
  addressInUse: false,
  crmUser: {
    userId: '005000000000001AAA',
    username: 'anna@contoso.test',
    name: 'Anna',
    email: 'Sales@contoso.test',
    timeZone: 'UTC',
    isActive: true,
  },
  crmEmail: 'anna@contoso.test',
  crmAccount: { through: null },
};
const judged = (more: Partial<AccessFacts>) => {
  const { predicted, failure: why } = judgeAccess({ ...sound, ...more });
  return [predicted, why?.code ?? null];
};

test('who can be reached on both sides becomes active; without a login at the CRM, after it', () => {
  expect(judgeAccess(sound)).toEqual({
    mailboxFound: true,
    accessGranted: true,
    crmUserMatched: true,
    addressEqual: true,
    predicted: 'active',
    failure: null,
  });
  expect(judged({ crmAccount: 'own-login' })).toEqual(['active', null]);
  expect(judged({ crmAccount: 'no-login' })).toEqual(['after-login', null]);
  expect(judged({ crmUser: null, state: 'authorization-required' })).toEqual(['active', null]);
});

test('whoever is synced, paused or suspended is left as he is; whoever switched sync off, too', () => {
  for (const state of ['active', 'paused', 'suspended'] as const)
    expect(judged({ state, profile: null })).toEqual(['already-active', null]);
  expect(judged({ state: 'deactivated' })).toEqual(['by-himself', 'lockstep.switched-off']);
});

test('the first thing to be mended is named', () => {
  expect(judged({ profile: null, address: null })).toEqual(['by-himself', 'lockstep.no-mail-access']);
  expect(judged({ profile: { enabled: false, hasMailAccess: true } })).toEqual([
    'by-himself',
    'lockstep.profile-disabled',
  ]);
  expect(judged({ address: null, mail: null, crmUser: 'unknown' })).toEqual([
    'by-himself',
    'mailbox.no-address',
  ]);
  expect(judged({ addressInUse: true, crmUser: 'unknown' })).toEqual([
    'by-himself',
    'lockstep.address-in-use',
  ]);
  expect(judged({ crmUser: 'unknown' })).toEqual(['by-himself', 'crm.user-not-found']);
  expect(judged({ mail: { addresses: ['ben@contoso.test'] } })).toEqual([
    'by-himself',
    'lockstep.address-differs',
  ]);
  expect(judged({ crmAccount: { through: failure('crm.app-not-allowed') } })).toEqual([
    'by-himself',
    'crm.app-not-allowed',
  ]);
});

test('passing trouble, and that of the access itself, says nothing of the person', () => {
  for (const code of ['mailbox.throttled', 'mailbox.unreachable', 'mailbox.access-refused'] as const)
    expect(judged({ mail: { failure: failure(code) } })).toEqual(['unknown', code]);
  expect(judged({ crmUser: { failure: failure('crm.transient') } })).toEqual(['unknown', 'crm.transient']);
});

test('every way to be left to oneself comes with words for an administrator', () => {
  const codes = [
    'mailbox.not-found',
    'mailbox.no-licence',
    'mailbox.ews-switched-off',
    'mailbox.impersonation-denied',
  ] as const;
  for (const code of codes) {
    expect(judged({ mail: { failure: failure(code) } })).toEqual(['by-himself', code]);
    expect(catalogue[code].admin).not.toBe('');
  }
  expect(judgeAccess({ ...sound, mail: { failure: failure('mailbox.not-found') } }).mailboxFound).toBe(false);
  expect(judgeAccess({ ...sound, mail: { failure: failure('mailbox.ews-switched-off') } })).toMatchObject({
    mailboxFound: true,
    accessGranted: false,
  });
});
