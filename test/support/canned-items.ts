/** Single events as the API tells them, for tests of the pages alone. */
import type { ItemExplanationView, NearItems, SettledItemView } from '../../src/api-schema/items.ts';
import { type ItemRuleName, itemRuleTexts } from '../../src/decide/explain-item.ts';
import { type VerdictCode, verdictTexts } from '../../src/model/verdict.ts';
import { failure } from './canned-answers.ts';

const verdict = (code: VerdictCode) => ({ code, text: verdictTexts[code] });
const step = (
  rule: ItemRuleName,
  outcome: 'passed' | 'stopped' | 'not-reached',
  detail: string | null = null,
) => ({
  ...{ rule, outcome, detail },
  text: itemRuleTexts[rule],
});

export const nearEvents: NearItems = {
  items: [
    {
      itemId: 'AAMkNear1',
      title: 'Quarterly review with Acme Bikes',
      time: '2026-03-02T13:00:00Z/2026-03-02T14:00:00Z',
      verdict: verdict('synced.created-record'),
    },
    {
      itemId: 'AAMkNear2',
      title:
        'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft: Abstimmung der gemeinsamen Vorgehensweise',
      time: '2026-03-05/2026-03-07',
      verdict: verdict('skipped.not-accepted'),
    },
    { itemId: 'AAMkNear3', title: '', time: null, verdict: null },
  ],
};

export const eventExplanation: ItemExplanationView = {
  ...{ collection: 'events', itemId: 'AAMkNear1', recordId: '00U5g00000AbCd1EAB' },
  itemUrl: 'https://outlook.contoso.example/calendar/item/AAMkAD1',
  recordUrl: 'https://contoso.my.salesforce.example/00U5g00000AbCd1EAB',
  title: 'Quarterly review with Acme Bikes',
  time: '2026-03-02T13:00:00Z/2026-03-02T14:00:00Z',
  verdict: verdict('synced.updated-both'),
  steps: [
    step('pair', 'passed', 'in step'),
    step('cancelled', 'not-reached'),
    step('answer', 'not-reached'),
    step('private', 'not-reached'),
    step('window', 'not-reached'),
    step('blocklist', 'not-reached'),
    step('plan', 'passed', 'to Salesforce: subject; to the mailbox: location; who takes part'),
  ],
  fields: { toRecord: ['subject'], toItem: ['location'], conflicts: [] },
  pair: { state: 'linked', made: 'record', role: 'owner' },
  failure: null,
  participants: [
    {
      address: 'bob@acme.example',
      standing: 'contact',
      name: 'Bob Stone',
      account: 'ACME',
      recordUrl: 'https://contoso.my.salesforce.example/0030000000000001',
    },
    { address: 'info@acme.example', standing: 'blocklisted', name: null, account: null, recordUrl: null },
  ],
  issue: null,
  canTry: true,
};

export const refusedItem: SettledItemView = {
  verdict: verdict('parked.issue'),
  failure: failure('crm.validation-rule', 'FIELD_CUSTOM_VALIDATION_EXCEPTION'),
  said: 'Reviews with key accounts need the name of the region.\nAsk your team lead for it.',
  recordUrl: null,
};
