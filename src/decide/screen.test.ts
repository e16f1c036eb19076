/** What a mail's head alone decides (E1, E2, S3): who is looked up, what a person's choice overrides, and what *Why?* is told of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { address, domainFacts, head, rules } from '../../test/support/builders.ts';
import type { EmailHead } from '../model/email.ts';
import { defaultSettings } from '../model/settings.ts';
import { compileRules } from './rules.ts';
import { addressesOf, hasCategory, isChosen, type ScreenOptions, screen } from './screen.ts';
import type { Note } from './trail.ts';

const anna = address('anna@contoso.example');
const kim = address('kim@acme.example');

function screened(change: Partial<EmailHead>, asked = rules(), options: ScreenOptions = {}) {
  return screen(head(change), asked, options);
}
function codeOf(change: Partial<EmailHead>, asked = rules(), options: ScreenOptions = {}): string {
  const result = screened(change, asked, options);
  return result.kind === 'skip' ? result.code : 'candidate';
}
/** What *Why?* is told of one rule. */
function detailsOf(change: Partial<EmailHead>, options: ScreenOptions = {}): Record<string, Note['detail']> {
  const notes: Note[] = [];
  screened(change, rules(), { ...options, note: (note) => notes.push(note) });
  return Object.fromEntries(notes.map(({ rule, detail }) => [rule, detail]));
}

describe('a candidate', () => {
  test('names every address that is neither internal nor blocklisted once, in the order of the headers', () => {
    const to = [address('lee@mail.acme.example'), anna, kim, address('doc@clinic.example')];
    const cc = [address('ben@contoso.example'), address('max@beta.example')];
    const bcc = [address('zoe@gmail.com')];
    expect(screened({ from: kim, to, cc, bcc }, rules({ blocklist: ['clinic.example'] }))).toEqual({
      kind: 'candidate',
      explicit: false,
      outgoing: false,
      outside: ['kim@acme.example', 'lee@mail.acme.example', 'max@beta.example', 'zoe@gmail.com'],
      domains: ['acme.example', 'beta.example'],
    });
  });

  test('is outgoing where the owner is its sender; without a sender, where it lies in Sent', () => {
    const outgoing = (change: Partial<EmailHead>) => {
      const result = screened({ to: [kim], ...change });
      return result.kind === 'candidate' && result.outgoing;
    };
    expect(outgoing({ from: anna, place: 'inbox' })).toBe(true);
    expect(outgoing({ from: kim, place: 'sent' })).toBe(false);
    expect(outgoing({ from: null, place: 'sent' })).toBe(true);
    expect(outgoing({ from: null, place: 'inbox' })).toBe(false);
  });

  test('is explicit where a person chose it in whatever way', () => {
    const explicit = (change: Partial<EmailHead>, options: ScreenOptions = {}) => {
      const result = screened(change, rules(), options);
      return result.kind === 'candidate' && result.explicit;
    };
    expect(explicit({})).toBe(false);
    expect(explicit({ place: 'salesforce-folder' })).toBe(true);
    expect(explicit({ categories: ['SALESFORCE'] })).toBe(true);
    expect(explicit({}, { byHand: true })).toBe(true);
    expect(explicit({}, { isInThread: true })).toBe(true);
  });
});

describe('auto-save', () => {
  test('is switched for Inbox and Sent alone', () => {
    const noInbox = rules({ autoSaveInbox: false });
    const noSent = rules({ autoSaveSent: false });
    expect(codeOf({ place: 'inbox' }, noInbox)).toBe('skipped.auto-save-off');
    expect(codeOf({ place: 'sent' }, noInbox)).toBe('candidate');
    expect(codeOf({ place: 'sent' }, noSent)).toBe('skipped.auto-save-off');
    expect(codeOf({ place: 'inbox' }, noSent)).toBe('candidate');
  });

  test('that is off leaves what somebody chose, and the thread of it', () => {
    const off = rules({ autoSaveInbox: false, autoSaveSent: false });
    for (const place of ['inbox', 'sent'] as const) {
      expect(codeOf({ place, categories: ['Salesforce'] }, off)).toBe('candidate');
      expect(codeOf({ place }, off, { isInThread: true })).toBe('candidate');
      expect(codeOf({ place }, off, { byHand: true })).toBe('candidate');
    }
  });
});

describe('time', () => {
  test('begins with the window’s first instant', () => {
    expect([codeOf({ receivedAt: 1_499 }), codeOf({ receivedAt: 1_500 })]).toEqual([
      'skipped.before-window',
      'candidate',
    ]);
  });

  test('in which sync was paused is left out, but for what a person chose', () => {
    const paused = compileRules({
      settings: defaultSettings,
      addresses: ['anna@contoso.example'],
      historyFrom: 0,
      facts: domainFacts,
      gaps: [{ startsAt: 1_000, endsAt: 9_000 }],
    });
    expect(codeOf({}, paused)).toBe('skipped.while-paused');
    expect(codeOf({ receivedAt: 9_000 }, paused)).toBe('candidate');
    expect(codeOf({}, paused, { isInThread: true })).toBe('skipped.while-paused');
    expect(codeOf({ place: 'salesforce-folder' }, paused)).toBe('candidate');
  });
});

describe('people', () => {
  const nobody = { from: null, to: [] };
  const insiders = { from: anna, to: [address('ben@contoso.example')] };
  const chosen = { place: 'salesforce-folder' } as const;

  test('who are missing, or all internal, are no reason against what somebody chose', () => {
    expect([codeOf(nobody), codeOf({ ...nobody, ...chosen })]).toEqual([
      'skipped.no-participants',
      'candidate',
    ]);
    expect([codeOf(insiders), codeOf({ ...insiders, ...chosen })]).toEqual([
      'skipped.internal-participants',
      'candidate',
    ]);
  });

  test('on a blocklist are one, even so: as the sender, or where no other outsider is left', () => {
    const blocking = rules({ blocklist: ['acme.example'] });
    const byKim = { from: kim, to: [address('max@beta.example')] };
    const toKim = { from: anna, to: [kim] };
    expect(codeOf({ ...byKim, ...chosen }, blocking)).toBe('skipped.blocklisted');
    expect(codeOf({ ...toKim, ...chosen }, blocking)).toBe('skipped.blocklisted');
    expect(codeOf({ from: anna, to: [kim, address('max@beta.example')] }, blocking)).toBe('candidate');
  });

  test('are those whose address has an @, each once', () => {
    const from = address('x');
    expect(addressesOf(head({ from, to: [kim, anna, kim], cc: [address('')], bcc: [anna] }))).toEqual([
      'kim@acme.example',
      'anna@contoso.example',
    ]);
    expect(addressesOf(head({ from: null, to: [] }))).toEqual([]);
  });
});

test('a kind of mail that cannot be saved is left out, though it was asked for by hand', () => {
  for (const kind of ['draft', 'meeting', 'report', 'encrypted', 'other'] as const)
    expect(codeOf({ kind }, rules(), { byHand: true })).toMatch(/^skipped\./);
});

test('a head is chosen by its folder or category; by hand and by thread are no marks of its own', () => {
  expect(isChosen(head({ place: 'salesforce-folder' }))).toBe(true);
  expect(isChosen(head({ categories: ['a', 'salesForce'] }))).toBe(true);
  expect(isChosen(head({ categories: ['Salesforces'] }))).toBe(false);
  expect(hasCategory({ categories: ['red', 'BLUE'] }, 'Blue')).toBe(true);
  expect(hasCategory({ categories: [] }, 'Blue')).toBe(false);
});

describe('*Why?*', () => {
  test('is told what each rule saw, and no text of the mail', () => {
    expect(detailsOf({ from: kim, to: [anna] })).toEqual({
      kind: 'mail',
      choice: 'not chosen by hand',
      sensitivity: 'normal',
      place: 'Inbox',
      'auto-save': 'Inbox',
      window: null,
      gap: null,
      'sender-blocklist': 'kim@acme.example',
      participants: '2 addresses',
      outsiders: '1 address',
      blocklist: '1 address',
    });
  });

  test('is told how a mail was chosen, the strongest way first', () => {
    const choice = (change: Partial<EmailHead>, options: ScreenOptions = {}) =>
      detailsOf(change, options).choice;
    const marked = { place: 'salesforce-folder', categories: ['Salesforce'] } as const;
    const said = [
      choice(marked, { byHand: true, isInThread: true }),
      choice(marked, { isInThread: true }),
      choice({ categories: ['Salesforce'] }, { isInThread: true }),
      choice({}, { isInThread: true }),
    ];
    expect(said.map((text) => text?.split(' ').slice(0, 2).join(' '))).toEqual([
      'saved by',
      'lies in',
      'has the',
      'follows in',
    ]);
  });

  test('is told where a mail lies, and of one without a sender that there is none', () => {
    expect(detailsOf({ place: 'sent' }).place).toBe('Sent');
    expect(detailsOf({ from: null, to: [], place: 'salesforce-folder' })).toMatchObject({
      'sender-blocklist': null,
      participants: '0 addresses',
    });
  });

  test('hears of every rule up to the one that stops, and of that as the only one', () => {
    const anyHead = fc.record({
      kind: fc.constantFrom('mail', 'draft'),
      place: fc.constantFrom('inbox', 'sent', 'salesforce-folder', 'other'),
      sensitivity: fc.constantFrom('normal', 'private'),
      receivedAt: fc.integer({ min: 1_400, max: 1_600 }),
      from: fc.option(fc.constantFrom(anna, kim, address('x'))),
    });
    fc.assert(
      fc.property(anyHead, fc.boolean(), fc.boolean(), (change, byHand, isInThread) => {
        const notes: Note[] = [];
        const options = { byHand, isInThread, note: (note: Note) => notes.push(note) };
        const result = screened(
          change as Partial<EmailHead>,
          rules({ blocklist: ['acme.example'] }),
          options,
        );
        const stops = notes.map(({ stopped }) => stopped);
        expect(stops.slice(0, -1)).not.toContain(true);
        expect(stops.at(-1)).toBe(result.kind === 'skip');
      }),
      { seed: 20_261_128, numRuns: 200 },
    );
  });
});
