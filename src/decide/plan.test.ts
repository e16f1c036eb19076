/**
 * Goal: what `plan` decides for a mail, rule by rule, and that it decides something for everything. Method: examples for each
 * rule of product.md E1-E4, S3, S4, then generated heads for totality.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { address, contact, head, lookUpResult, printKey, rules } from '../../test/support/builders.ts';
import type { LookUpResult } from '../model/connector.ts';
import type { EmailHead, EmailKind, Place, Sensitivity } from '../model/email.ts';
import { failure } from '../model/failure.ts';
import type { EmailKey, ItemId, RecordId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import {
  type Action,
  isInChosenThread,
  type KnownLinks,
  lookUpFor,
  lookUpToSave,
  type PlanInput,
  plan,
} from './plan.ts';

const kim = contact('kim@acme.example');
const nothingKnown: KnownLinks = { own: new Map(), others: new Map() };

function planOne(
  one: EmailHead,
  options: Partial<PlanInput> & { found?: Partial<LookUpResult> } = {},
): Action {
  const { found, ...input } = options;
  const actions = plan({
    heads: [{ ok: true, value: one }],
    rules: rules(),
    lookUp: lookUpResult({ people: [kim], ...found }),
    links: nothingKnown,
    printKey,
    ...input,
  });
  return actions[0] as Action;
}

const codeOf = (action: Action) => ('code' in action ? action.code : action.do);

describe('auto-save', () => {
  test('saves a mail whose sender is a contact, related to the contact’s account', () => {
    const action = planOne(head());
    expect(action).toMatchObject({ do: 'save', outgoing: false, match: { relatedTo: '001A' } });
  });

  test('saves sent mail to a contact as outgoing', () => {
    const sent = head({
      place: 'sent',
      from: address('anna@contoso.example'),
      to: [address('kim@acme.example')],
    });
    expect(planOne(sent)).toMatchObject({ do: 'save', outgoing: true });
  });

  test.each<[string, Partial<EmailHead>]>([
    ['skipped.no-match', { from: address('nobody@else.example') }],
    ['skipped.internal-participants', { from: address('boss@contoso.example') }],
    ['skipped.internal-participants', { from: address('boss@mail.contoso.example') }],
    ['skipped.private', { sensitivity: 'private' }],
    ['skipped.private', { sensitivity: 'personal' }],
    ['skipped.private', { sensitivity: 'confidential' }],
    ['skipped.before-window', { receivedAt: 1_499 }],
    ['skipped.place-not-saved', { place: 'other' }],
    ['skipped.draft', { kind: 'draft' }],
    ['skipped.meeting-message', { kind: 'meeting' }],
    ['skipped.report', { kind: 'report' }],
    ['skipped.encrypted', { kind: 'encrypted' }],
    ['skipped.not-a-mail', { kind: 'other' }],
    ['skipped.no-participants', { from: null, to: [] }],
  ])('leaves out %s', (code, changes) => {
    expect(codeOf(planOne(head(changes)))).toBe(code);
  });

  test('does not save by the domain of an account alone', () => {
    const stranger = head({ from: address('new@acme.example') });
    const accounts = [{ domain: 'acme.example', recordId: '001B' as RecordId }];
    expect(codeOf(planOne(stranger, { found: { accounts } }))).toBe('skipped.no-match');
  });

  test('counts users of the CRM as internal', () => {
    const colleague = { ...contact('partner@other.example'), kind: 'internal' } as const;
    const mail = head({ from: address('partner@other.example') });
    expect(codeOf(planOne(mail, { found: { people: [colleague] } }))).toBe('skipped.internal-participants');
  });
});

describe('a mail that a person chose', () => {
  const stranger = { from: address('new@acme.example'), receivedAt: 0, sensitivity: 'private' } as const;

  test('is saved from the folder Salesforce Emails whoever wrote it, and matched to the account by domain', () => {
    const accounts = [{ domain: 'acme.example', recordId: '001B' as RecordId }];
    const action = planOne(head({ ...stranger, place: 'salesforce-folder' }), {
      found: { people: [], accounts },
    });
    expect(action).toMatchObject({ do: 'save', match: { relatedTo: '001B' } });
  });

  test('is saved by the category in any spelling, wherever it lies', () => {
    const action = planOne(head({ ...stranger, place: 'other', categories: ['salesforce'] }));
    expect(action.do).toBe('save');
  });

  test('is still not saved when its sender is on a blocklist', () => {
    const mail = head({ ...stranger, place: 'salesforce-folder' });
    expect(codeOf(planOne(mail, { rules: rules({ blocklist: ['@acme.example'] }) }))).toBe(
      'skipped.blocklisted',
    );
  });
});

describe('blocklists', () => {
  test('a blocklisted recipient is not matched, and the others still are', () => {
    const mail = head({
      place: 'sent',
      from: address('anna@contoso.example'),
      to: [address('kim@acme.example'), address('doc@clinic.example')],
    });
    const action = planOne(mail, {
      rules: rules({ blocklist: ['clinic.example'] }),
      found: { people: [kim, contact('doc@clinic.example')] },
    });
    expect(action.do === 'save' && [...action.match.people.keys()]).toEqual(['kim@acme.example']);
  });

  test('a mail is left out when only blocklisted addresses remain', () => {
    const mail = head({
      place: 'sent',
      from: address('anna@contoso.example'),
      to: [address('kim@acme.example')],
    });
    expect(codeOf(planOne(mail, { rules: rules({ blocklist: ['KIM@acme.example'] }) }))).toBe(
      'skipped.blocklisted',
    );
  });

  test('a domain covers its subdomains, and never a domain that merely ends alike', () => {
    const blocking = rules({ blocklist: ['*.acme.example'] });
    expect([blocking.isBlocked('a@eu.acme.example'), blocking.isBlocked('a@notacme.example')]).toEqual([
      true,
      false,
    ]);
  });

  test('a free-mail domain of the owner is not internal and matches no account', () => {
    const own = rules({}, ['anna@gmail.com']);
    expect([
      own.isInternal('anna@gmail.com'),
      own.isInternal('bob@gmail.com'),
      own.accountDomain('bob@gmail.com'),
    ]).toEqual([true, false, null]);
  });
});

describe('identity', () => {
  const mail = head({ messageId: '<Same@ACME.example>' });
  const key = 'Same@acme.example' as EmailKey;
  const recordId = '02sOLD' as RecordId;

  test('a record with the same Message-ID is linked, not doubled', () => {
    expect(planOne(mail, { found: { emails: [{ key, recordId }] } })).toMatchObject({
      do: 'link',
      recordId,
      code: 'saved.found',
      created: false,
    });
  });

  test('a found record of a mail with attachments is read once more, for files that may be missing', () => {
    const action = planOne({ ...mail, hasAttachments: true }, { found: { emails: [{ key, recordId }] } });
    expect(action).toMatchObject({ do: 'save', recordId });
  });

  test('a moved item keeps its record, whatever the rules say now', () => {
    const link: Link = { keyPrint: printKey(key), itemId: null, itemVersion: '', recordId, created: true };
    const links = { own: new Map([[link.keyPrint, link]]), others: new Map() };
    expect(planOne({ ...mail, place: 'other' }, { links })).toMatchObject({
      do: 'link',
      recordId,
      code: 'saved.linked',
      created: true,
    });
  });

  test('what a colleague saved is linked without asking the CRM, but only where the own rules would save it', () => {
    const links = { own: new Map(), others: new Map([[printKey(key), recordId]]) };
    expect(planOne(mail, { links })).toMatchObject({ do: 'link', recordId, code: 'saved.linked' });
    expect(codeOf(planOne({ ...mail, sensitivity: 'private' }, { links }))).toBe('skipped.private');
  });

  test('asks the CRM for nothing that is private, internal, blocklisted or known', () => {
    const links = { own: new Map(), others: new Map([[printKey(key), recordId]]) };
    const heads = [
      mail,
      head({ sensitivity: 'private' }),
      head({ from: address('boss@contoso.example') }),
      head({ from: address('doc@clinic.example') }),
    ];
    const query = lookUpFor({
      heads: heads.map((value) => ({ ok: true, value })),
      rules: rules({ blocklist: ['clinic.example'] }),
      links,
      printKey,
    });
    expect(query).toEqual({ addresses: [], domains: [], keys: [], relateTo: 'account' });
  });

  test('of many mails, records and accounts are asked for only where somebody was found', () => {
    const mails = [
      head(),
      head({ from: address('stranger@else.example') }),
      head({ place: 'salesforce-folder', from: address('x@chosen.example') }),
    ];
    const input = {
      heads: mails.map((value) => ({ ok: true, value }) as const),
      rules: rules(),
      links: nothingKnown,
      printKey,
    };
    const actions = plan({ ...input, lookUp: lookUpResult({ people: [kim] }) });
    const query = lookUpToSave(actions, input.rules);
    expect(query).toMatchObject({ addresses: [], domains: ['acme.example', 'chosen.example'] });
    expect(query.keys).toHaveLength(2);
  });

  test('an unreadable item is parked with its failure', () => {
    const unread = { ok: false, itemId: 'x' as ItemId, failure: failure('mailbox.item-unreadable') } as const;
    const actions = plan({
      heads: [unread],
      rules: rules(),
      lookUp: lookUpResult(),
      links: nothingKnown,
      printKey,
    });
    expect(actions).toEqual([{ do: 'park', itemId: 'x', failure: unread.failure }]);
  });
});

test('plan is total: every head ends in exactly one action of its own, in order', () => {
  const anyAddress = fc
    .constantFrom('', 'kim@acme.example', 'anna@contoso.example', 'x', 'a@b@c', '@', 'ü@ö.example')
    .map(address);
  const anyHead = fc.record({
    place: fc.constantFrom<Place>('inbox', 'sent', 'salesforce-folder', 'other'),
    kind: fc.constantFrom<EmailKind>('mail', 'draft', 'meeting', 'report', 'encrypted', 'other'),
    sensitivity: fc.constantFrom<Sensitivity>('normal', 'personal', 'private', 'confidential'),
    messageId: fc.option(fc.string()),
    from: fc.option(anyAddress),
    to: fc.array(anyAddress),
    categories: fc.array(fc.string()),
    receivedAt: fc.integer(),
    hasAttachments: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(anyHead), (changes) => {
      const heads = changes.map((change) => head(change));
      const actions = plan({
        heads: heads.map((value) => ({ ok: true, value })),
        rules: rules(),
        lookUp: lookUpResult({ people: [kim] }),
        links: nothingKnown,
        printKey,
      });
      expect(actions.map((action) => (action.do === 'park' ? action.itemId : action.head.itemId))).toEqual(
        heads.map((one) => one.itemId),
      );
    }),
    { seed: 20_261_123, numRuns: 500 },
  );
});

describe('what is asked and what is answered', () => {
  const key = 'k@acme.example' as EmailKey;
  const mail = head({ messageId: '<k@acme.example>' });
  const recordId = '02sOLD' as RecordId;
  const query = (heads: readonly EmailHead[], more: Partial<PlanInput> = {}) =>
    lookUpFor({
      heads: heads.map((value) => ({ ok: true, value }) as const),
      ...{ rules: rules(), links: nothingKnown, printKey },
      ...more,
    });

  test('each address, domain and key is asked for once, of what can be read', () => {
    const unread = { ok: false, itemId: 'x' as ItemId, failure: failure('mailbox.item-unreadable') } as const;
    const heads = [mail, mail, head({ messageId: null })].map((value) => ({ ok: true, value }) as const);
    expect(query([], { heads: [unread, ...heads], rules: rules({ relateTo: 'opportunity' }) })).toEqual({
      ...{ addresses: ['kim@acme.example'], domains: ['acme.example'], keys: [key], relateTo: 'opportunity' },
    });
  });

  test('what was taken back or is linked is not asked about', () => {
    const link = (isRemoved: boolean): Link => ({
      ...{ keyPrint: printKey(key), itemId: null, itemVersion: '', recordId, created: true, isRemoved },
    });
    for (const isRemoved of [true, false]) {
      const links = { own: new Map([[printKey(key), link(isRemoved)]]), others: new Map() };
      expect(query([mail], { links })).toMatchObject({ addresses: [], domains: [], keys: [] });
    }
  });

  test('a mail without a Message-ID is saved under a key of its content, whatever the CRM has', () => {
    expect(planOne(head({ messageId: null }), { found: { emails: [{ key, recordId }] } })).toMatchObject({
      do: 'save',
      key: null,
      recordId: null,
    });
    expect(planOne(mail)).toMatchObject({ do: 'save', key, recordId: null, chosen: false });
  });

  test('a link says whose choice the mail was', () => {
    const own: Link = { keyPrint: printKey(key), itemId: null, itemVersion: '', recordId, created: false };
    const links = { own: new Map([[own.keyPrint, own]]), others: new Map() };
    const others = { own: new Map(), others: new Map([[own.keyPrint, recordId]]) };
    const found = { emails: [{ key, recordId }] };
    for (const [place, chosen] of [['inbox', false] as const, ['salesforce-folder', true] as const]) {
      const one = { ...mail, place };
      expect(planOne(one, { links })).toMatchObject({ code: 'saved.linked', created: false, chosen });
      expect(planOne(one, { links: others })).toMatchObject({ code: 'saved.linked', created: false, chosen });
      expect(planOne(one, { found })).toMatchObject({
        ...{ do: 'link', code: 'saved.found', print: printKey(key), recordId, chosen },
      });
    }
  });

  test('what was taken back stays out, until a person asks for it by hand', () => {
    const own: Link = {
      ...{ keyPrint: printKey(key), itemId: null, itemVersion: '', recordId, created: true, isRemoved: true },
    };
    const links = { own: new Map([[own.keyPrint, own]]), others: new Map() };
    expect(planOne(mail, { links })).toMatchObject({ do: 'skip', code: 'skipped.removed' });
    expect(planOne(mail, { links, byHand: true })).toMatchObject({ do: 'save', chosen: true });
  });

  test('before it is saved, only what is to be saved is asked about, and mail without a key by its accounts alone', () => {
    const skipped = planOne(head({ kind: 'draft' }));
    const keyless = planOne(head({ messageId: null }));
    const saved = planOne(mail);
    const settings = rules({ relateTo: 'opportunity' });
    const nothing = { addresses: [], domains: [], keys: [], relateTo: 'opportunity' };
    expect(lookUpToSave([skipped], settings)).toEqual(nothing);
    expect(lookUpToSave([keyless], settings)).toEqual({ ...nothing, domains: ['acme.example'] });
    expect(lookUpToSave([saved, keyless, saved], settings)).toEqual({
      ...{ ...nothing, domains: ['acme.example'], keys: [key] },
    });
  });

  test('the accounts of a thread that a person chose are asked for wherever its mails lie', () => {
    const threads = new Set([printKey('root@acme.example' as EmailKey)]);
    const reply = head({ references: ['<root@acme.example>'], place: 'other', messageId: '<r@x>' });
    const action = planOne(reply, { threads });
    expect(lookUpToSave([action], rules())).toMatchObject({ domains: ['acme.example'], keys: ['r@x'] });
    expect(lookUpToSave([{ ...action, chosen: false } as Action], rules())).toMatchObject({ domains: [] });
  });

  test('a thread is chosen when any mail that it refers to was', () => {
    const reply = head({ references: ['<one@x>', '<two@x>'], inReplyTo: '<three@x>' });
    const is = (...keys: string[]) =>
      isInChosenThread(reply, { printKey, threads: new Set(keys.map((one) => printKey(one as EmailKey))) });
    expect([is('one@x'), is('two@x', 'other@x'), is('three@x')]).toEqual([true, true, true]);
    expect([is('other@x'), is(), isInChosenThread(reply, { printKey })]).toEqual([false, false, false]);
  });
});

describe('the thread of a chosen mail', () => {
  const reply = head({ references: ['<root@acme.example>', '<second@acme.example>'], inReplyTo: null });
  const threads = new Set([printKey('root@acme.example' as EmailKey)]);

  test('is saved by itself, wherever it lies and though nobody is known', () => {
    const strange = { ...reply, place: 'other' as const, from: address('nobody@else.example') };
    expect(planOne(strange, { threads })).toMatchObject({ do: 'save', chosen: true });
    expect(codeOf(planOne(strange))).toBe('skipped.place-not-saved');
  });

  test.each<[string, Partial<EmailHead>]>([
    ['skipped.private', { sensitivity: 'private' }],
    ['skipped.internal-participants', { from: address('boss@contoso.example') }],
    ['skipped.before-window', { receivedAt: 1_499 }],
  ])('never overrides %s', (code, change) => {
    expect(codeOf(planOne({ ...reply, ...change }, { threads }))).toBe(code);
  });

  test('is left to the other rules where the person does not want it', () => {
    const strange = { ...reply, from: address('nobody@else.example') };
    expect(codeOf(planOne(strange, { threads, rules: rules({ autoSaveThreads: false }) }))).toBe(
      'skipped.no-match',
    );
  });
});
