/** Goal: only what the settings themselves leave out counts as an earlier match. Method: one mail per reason. */
import { expect, test } from 'vitest';
import { address, contact, head, lookUpResult, printKey, rules } from '../../test/support/builders.ts';
import type { EmailHead } from '../model/email.ts';
import { defaultSettings, type SyncSettings } from '../model/settings.ts';
import { noLongerSaved, permissive } from './no-longer-saved.ts';

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

function sent(...to: readonly string[]): Partial<EmailHead> {
  return { place: 'sent', from: address('anna@contoso.example'), to: to.map(address) };
}
