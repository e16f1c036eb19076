/** Goal: only what the settings themselves leave out counts as an earlier match. Method: one mail per reason. */
import { expect, test } from 'vitest';
import { address, contact, head, lookUpResult, printKey, rules } from '../../test/support/builders.ts';
import type { EmailHead } from '../model/email.ts';
import type { EmailKey, ItemId, RecordId } from '../model/ids.ts';
import { defaultSettings, type SyncSettings } from '../model/settings.ts';
import { addressesToAsk, noLongerSaved, permissive } from './no-longer-saved.ts';

const kim = contact('kim@acme.example');
const lee = contact('lee@other.example');

function isMatch(changes: Partial<EmailHead>, settings: Partial<SyncSettings>): boolean {
  const input = {
    heads: [{ ok: true, value: head(changes) } as const],
    changed: rules(settings),
    permissive: rules(permissive({ ...defaultSettings, ...settings })),
    printKey,
  };
  return noLongerSaved(input, lookUpResult({ people: [kim, lee] })).length === 1;
}

test.each<[string, Partial<EmailHead>, Partial<SyncSettings>]>([
  ['a sender on the blocklist', {}, { blocklist: ['acme.example'] }],
  [
    'the one contact among strangers on the blocklist',
    sent('kim@acme.example', 'x@else.example'),
    { blocklist: ['acme.example'] },
  ],
  ['a domain that became internal', {}, { internalDomains: ['acme.example'] }],
  ['auto-save switched off for the place', {}, { autoSaveInbox: false }],
  ['auto-save switched off for sent mail', sent('kim@acme.example'), { autoSaveSent: false }],
])('%s makes a saved mail a match', (_reason, changes, settings) => {
  expect(isMatch(changes, settings)).toBe(true);
});

test.each<[string, Partial<EmailHead>, Partial<SyncSettings>]>([
  ['nothing that concerns it', {}, { blocklist: ['else.example'] }],
  [
    'another contact who is still welcome',
    sent('kim@acme.example', 'lee@other.example'),
    { blocklist: ['acme.example'] },
  ],
  ['a move to another folder', { place: 'other' }, { blocklist: ['acme.example'] }],
  ['a contact who is gone', { from: address('gone@acme.example') }, { blocklist: ['acme.example'] }],
  [
    'a choice by folder, where auto-save is switched off',
    { place: 'salesforce-folder' },
    { autoSaveInbox: false },
  ],
])('%s makes it none', (_reason, changes, settings) => {
  expect(isMatch(changes, settings)).toBe(false);
});

test('the CRM is asked about everybody outside whom the settings left out, each once, and of nobody inside', () => {
  const heads = [
    head(),
    head({ from: address('lee@other.example'), to: [address('kim@acme.example')] }),
    head({ from: address('boss@contoso.example') }),
    head({ sensitivity: 'private', from: address('secret@else.example') }),
  ];
  const changed = rules({ blocklist: ['acme.example'], internalDomains: ['other.example'] });
  const input = { changed, permissive: rules(permissive(changed.settings)), printKey };
  const asked = addressesToAsk({ ...input, heads: heads.map((value) => ({ ok: true, value }) as const) });
  expect(asked.toSorted()).toEqual(['kim@acme.example', 'lee@other.example']);
});

test('settings without what leaves mail out keep everything else', () => {
  const strict: SyncSettings = {
    ...defaultSettings,
    ...{ autoSaveInbox: false, autoSaveSent: false, autoSaveThreads: false },
    ...{ blocklist: ['acme.example'], internalDomains: ['other.example'], relateTo: 'opportunity' },
  };
  expect(permissive(strict)).toEqual({
    ...strict,
    ...{ autoSaveInbox: true, autoSaveSent: true, blocklist: [], internalDomains: [] },
  });
});

test('of many mails only those are told that the change leaves out, also sent ones and those with a record', () => {
  const mails = [
    head({ itemId: 'in' as ItemId }),
    head({ itemId: 'out' as ItemId, ...sent('kim@acme.example') }),
    head({ itemId: 'found' as ItemId, messageId: '<found@x>' }),
    head({ itemId: 'stays' as ItemId, from: address('lee@other.example') }),
  ];
  const changed = rules({ blocklist: ['acme.example'] });
  const input = { changed, permissive: rules(permissive(changed.settings)), printKey };
  const heads = mails.map((value) => ({ ok: true, value }) as const);
  const emails = [{ key: 'found@x' as EmailKey, recordId: '02s' as RecordId }];
  expect(noLongerSaved({ ...input, heads }, lookUpResult({ people: [kim, lee], emails }))).toEqual([
    ...['in', 'out', 'found'],
  ]);
});

function sent(...to: readonly string[]): Partial<EmailHead> {
  return { place: 'sent', from: address('anna@contoso.example'), to: to.map(address) };
}
