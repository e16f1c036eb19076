/**
 * Goal: *Why?* tells exactly what a run would do, for everything. Method: an example per rule that stops a mail, then generated heads whose explanation
 * is compared with their plan.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { address, contact, head, lookUpResult, printKey, rules } from '../../test/support/builders.ts';
import type { EmailHead } from '../model/email.ts';
import { failure } from '../model/failure.ts';
import type { EmailKey, ItemId, RecordId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import { explain, verdictOf } from './explain.ts';
import { type KnownLinks, type PlanInput, plan } from './plan.ts';
import { ruleNames } from './trail.ts';

const kim = contact('kim@acme.example');
const nothingKnown: KnownLinks = { own: new Map(), others: new Map() };
const input: Omit<PlanInput, 'heads'> = {
  rules: rules({ blocklist: ['clinic.example'], autoSaveSent: false }),
  lookUp: lookUpResult({ people: [kim] }),
  links: nothingKnown,
  printKey,
};
const print = (one: EmailHead) => printKey((one.messageId ?? '').replace(/^<|>$/g, '') as EmailKey);
const linkOf = (one: EmailHead, isRemoved: boolean): Link => ({
  keyPrint: print(one),
  itemId: one.itemId,
  itemVersion: 'v',
  recordId: '02s' as RecordId,
  created: true,
  isRemoved,
});

test.each<[string, Partial<EmailHead>]>([
  ['kind', { kind: 'draft' }],
  ['sensitivity', { sensitivity: 'private' }],
  ['place', { place: 'other' }],
  ['auto-save', { place: 'sent' }],
  ['window', { receivedAt: 1 }],
  ['sender-blocklist', { from: address('doc@clinic.example') }],
  ['participants', { from: null, to: [] }],
  ['outsiders', { from: address('boss@contoso.example') }],
  ['blocklist', { from: address('anna@contoso.example'), to: [address('doc@clinic.example')] }],
  ['people', { from: address('stranger@else.example') }],
])('the rule %s stops what it is for, and no later rule is reached', (rule, changes) => {
  const { steps, verdict } = explain(head(changes), input);
  const at = steps.findIndex((step) => step.rule === rule);
  expect(verdict).toMatch(/^skipped\./);
  expect(steps.map(({ outcome }) => outcome)).toEqual([
    ...Array<string>(at).fill('passed'),
    'stopped',
    ...Array<string>(ruleNames.length - at - 1).fill('not-reached'),
  ]);
});

test('a mail that passes every rule is one that a run would save', () => {
  const { steps, verdict } = explain(head(), input);
  expect(verdict).toBe('saved.created');
  expect(steps.every(({ outcome }) => outcome === 'passed')).toBe(true);
});

describe('what each rule saw is told', () => {
  const detail = (one: EmailHead, rule: string, more: Partial<PlanInput> = {}) =>
    explain(one, { ...input, ...more }).steps.find((step) => step.rule === rule)?.detail;
  const mail = head({ messageId: '<told@x>' });
  const own = (isRemoved: boolean) => ({
    links: { own: new Map([[print(mail), linkOf(mail, isRemoved)]]), others: new Map() },
  });

  test('whether it was taken back, and whether it has a record', () => {
    expect([detail(mail, 'removed'), detail(mail, 'removed', own(true))]).toEqual(['no', 'yes']);
    expect([detail(mail, 'linked'), detail(mail, 'linked', own(false))]).toEqual(['no', 'yes']);
    expect(detail(mail, 'linked', { ...own(true), byHand: true })).toBe('no');
    expect(explain(mail, { ...input, ...own(true) }).steps[1]).toMatchObject({ outcome: 'not-reached' });
  });

  test('a record that is there ends the questions, and stops nothing', () => {
    const { verdict, steps } = explain(mail, { ...input, ...own(false) });
    expect(verdict).toBe('saved.linked');
    expect(steps.map(({ outcome }) => outcome)).toEqual([
      ...['passed', 'passed'],
      ...Array<string>(ruleNames.length - 2).fill('not-reached'),
    ]);
  });

  test('whether a colleague saved it, or the CRM has it', () => {
    const others = new Map([[print(mail), '02sB' as RecordId]]);
    expect(detail(mail, 'colleague')).toBe('no');
    const saved = explain(mail, { ...input, links: { own: new Map(), others } });
    expect(saved.verdict).toBe('saved.linked');
    expect(saved.steps.slice(-3).map(({ rule, outcome, detail: told }) => [rule, outcome, told])).toEqual([
      ['colleague', 'passed', 'yes'],
      ['people', 'not-reached', null],
      ['found', 'not-reached', null],
    ]);
    const emails = [{ key: 'told@x' as EmailKey, recordId: '02sC' as RecordId }];
    const found = lookUpResult({ people: [kim], emails });
    expect([detail(mail, 'found'), detail(mail, 'found', { lookUp: found })]).toEqual(['no', 'yes']);
    expect(explain({ ...mail, hasAttachments: true }, { ...input, lookUp: found }).verdict).toBe(
      'saved.found',
    );
  });

  test('how many of those outside are customers', () => {
    const to = ['kim@acme.example', 'lee@acme.example', 'x@else.example', 'partner@other.example'];
    const sent = head({
      place: 'salesforce-folder',
      from: address('anna@contoso.example'),
      to: to.map(address),
    });
    const partner = { ...contact('partner@other.example'), kind: 'internal' } as const;
    const people = [kim, contact('lee@acme.example'), partner];
    expect(detail(sent, 'people', { lookUp: lookUpResult({ people }) })).toBe('2 of 4');
    expect(detail(head({ from: address('x@else.example') }), 'people')).toBe('0 of 1');
  });
});

test.each<[string, Parameters<typeof verdictOf>[0]]>([
  ['parked.issue', { do: 'park', itemId: 'x' as ItemId, failure: failure('mailbox.item-unreadable') }],
  ['skipped.draft', { do: 'skip', head: head(), code: 'skipped.draft' }],
])('the verdict %s is that of its action', (verdict, action) => {
  expect(verdictOf(action)).toBe(verdict);
});

describe('a mail that was taken back', () => {
  const mail = head();
  const links = { own: new Map([[print(mail), linkOf(mail, true)]]), others: new Map() };

  test('is stopped by that alone', () => {
    const { steps, verdict } = explain(mail, { ...input, links });
    expect(verdict).toBe('skipped.removed');
    expect(steps[0]).toMatchObject({ rule: 'removed', outcome: 'stopped' });
  });

  test('is saved again when a person asks for it by hand', () => {
    expect(explain(mail, { ...input, links, byHand: true }).verdict).toBe('saved.created');
  });
});

test('a choice by hand counts as one by folder: what the folder overrides, and what it does not', () => {
  const byHand = (changes: Partial<EmailHead>) => explain(head(changes), { ...input, byHand: true }).verdict;
  expect(byHand({ sensitivity: 'private', place: 'other', receivedAt: 1 })).toBe('saved.created');
  expect(byHand({ from: address('stranger@else.example') })).toBe('saved.created');
  expect(byHand({ from: address('doc@clinic.example') })).toBe('skipped.blocklisted');
  expect(byHand({ kind: 'draft' })).toBe('skipped.draft');
});

test('explanation and plan never disagree', () => {
  const addresses = [
    'kim@acme.example',
    'anna@contoso.example',
    'x@else.example',
    'doc@clinic.example',
    '',
    'ü',
  ];
  const anyAddress = fc.constantFrom(...addresses).map(address);
  const anyHead = fc.record({
    kind: fc.constantFrom('mail', 'draft', 'meeting', 'report', 'encrypted', 'other'),
    place: fc.constantFrom('inbox', 'sent', 'salesforce-folder', 'other'),
    sensitivity: fc.constantFrom('normal', 'private'),
    messageId: fc.option(fc.constantFrom('<a@x>', '<b@x>', '<c@x>', 'broken')),
    from: fc.option(anyAddress),
    to: fc.array(anyAddress, { maxLength: 3 }),
    receivedAt: fc.integer({ min: 0, max: 3_000 }),
    categories: fc.subarray(['Salesforce', 'Mine']),
    hasAttachments: fc.boolean(),
  });
  fc.assert(
    fc.property(anyHead, fc.boolean(), fc.boolean(), (changes, byHand, isRemoved) => {
      const one = head(changes as Partial<EmailHead>);
      const known = head({ messageId: '<a@x>' });
      const links: KnownLinks = {
        own: new Map([[print(known), linkOf(known, isRemoved)]]),
        others: new Map([[print(head({ messageId: '<b@x>' })), '02sB' as RecordId]]),
      };
      const emails = [{ key: 'c@x' as EmailKey, recordId: '02sC' as RecordId }];
      const given = { ...input, links, byHand, lookUp: lookUpResult({ people: [kim], emails }) };
      const [action] = plan({ ...given, heads: [{ ok: true, value: one }] });
      const { verdict, steps } = explain(one, given);
      expect(action === undefined ? null : verdictOf(action)).toBe(verdict);
      const stops = steps.filter(({ outcome }) => outcome === 'stopped');
      expect(stops).toHaveLength(verdict.startsWith('skipped.') ? 1 : 0);
      const reached = steps.map(({ outcome }) => outcome !== 'not-reached');
      expect(reached).toEqual(reached.toSorted((a, b) => Number(b) - Number(a)));
    }),
    { seed: 20_261_123, numRuns: 2_000 },
  );
});
