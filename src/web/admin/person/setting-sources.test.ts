/** Where each setting of a person comes from, and who locked it. */
import { expect, test } from 'vitest';
import { settingLines } from './setting-sources.ts';

const lines = settingLines({
  organization: { settings: { windowDays: 10, blocklist: ['acme.example'] }, forced: ['windowDays'] },
  preset: { name: 'Sales', settings: { autoSaveSent: false, markSaved: true }, forced: ['markSaved'] },
  user: { windowDays: 90, markSaved: false, autoSaveInbox: false, blocklist: ['family.example'] },
});
const line = (name: string) => lines.find((one) => one.name === name);

test.each([
  ['windowDays', { value: '10 days', source: 'Organization', lock: 'Locked by the organization' }],
  ['markSaved', { value: 'On', source: 'Preset Sales', lock: 'Locked by the preset Sales' }],
  ['autoSaveSent', { value: 'Off', source: 'Preset Sales', lock: null }],
  ['autoSaveInbox', { value: 'Off', source: 'His own', lock: null }],
  ['blocklist', { value: 'acme.example, family.example', source: 'His own, Organization', lock: null }],
  ['notifyUser', { value: 'On', source: 'As delivered', lock: null }],
  ['apiShareMax', { value: '80 %', source: 'As delivered', lock: 'Locked by the organization' }],
])('%s', (name, expected) => {
  expect(line(name)).toMatchObject(expected);
});
