/** One mail, one key, wherever it lies: the Message-ID as every service tells it, else what stays the same in every copy. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { address, head } from '../../test/support/builders.ts';
import type { EmailContent } from './email.ts';
import { contentKey, headKey, normaliseMessageId, referredKeys, threadKey } from './email-key.ts';
import type { EmailKey } from './ids.ts';

describe('a Message-ID', () => {
  test.each<[string, string | null]>([
    ['<Left.Part@ACME.example>', 'Left.Part@acme.example'],
    ['  <a@b.example> (a comment)', 'a@b.example'],
    ['<a\r\n b@c.example>', 'ab@c.example'],
    ['A@B.Example', 'A@b.example'],
    ['<"X@Y"@Z.example>', '"X@Y"@z.example'],
    ['<NoDomain>', 'NoDomain'],
    ['<x@Y.example', '<x@y.example'],
    ['<>', null],
    ['   ', null],
    ['', null],
    ['<a\u0001@b.example>', null],
    ['<a\u001f@b.example>', null],
    ['<a\u007f@b.example>', null],
    ['<a!~@b.example>', 'a!~@b.example'],
  ])('%j is %j', (raw, key) => {
    expect(normaliseMessageId(raw)).toBe(key);
  });

  test('may be as long as the CRM keeps, and no longer', () => {
    const of = (length: number) => normaliseMessageId(`<${'x'.repeat(length - 2)}@y>`);
    expect([of(250)?.length, of(251)]).toEqual([250, null]);
  });

  test('that is normalised stays as it is', () => {
    fc.assert(
      fc.property(fc.string(), (raw) => {
        const once = normaliseMessageId(raw);
        if (once !== null && !/[<>]/.test(once)) expect(normaliseMessageId(once)).toBe(once);
      }),
      { seed: 20_261_128, numRuns: 500 },
    );
  });

  test('that is missing gives no key', () => {
    expect(normaliseMessageId(null)).toBeNull();
    expect(headKey(head({ messageId: null }))).toBeNull();
    expect(headKey(head({ messageId: '<a@B.example>' }))).toBe('a@b.example');
  });
});

describe('the key of a mail without a Message-ID', () => {
  const content = { text: 'Hello  you\r\n', html: null, attachments: [] } as unknown as EmailContent;
  const mail = head({ messageId: null, to: [address('a@x.example'), address('b@x.example')] });
  const keyOf = (change: Partial<typeof mail> = {}, body: Partial<EmailContent> = {}) =>
    contentKey({ ...mail, ...change }, { ...content, ...body }, (text) => text);

  test('is shaped like a Message-ID', () => {
    expect(contentKey(mail, content, () => 'digest')).toMatch(/^digest@[a-z.-]+\.invalid$/);
  });

  test('is the same in every copy: blanks, lines’ ends, places and names do not count', () => {
    const to = mail.to.map((one) => ({ ...one, name: 'Somebody' }));
    expect(keyOf({ place: 'sent', isRead: true, to }, { text: ' Hello\n you' })).toBe(keyOf());
    expect(keyOf({}, { text: null, html: 'Hello you' })).toBe(keyOf());
  });

  test('is another one where sender, recipients, subject, date, body or files differ', () => {
    const keys = [
      keyOf(),
      keyOf({ from: address('other@x.example') }),
      keyOf({ from: null }),
      keyOf({ to: [address('a@x.example')] }),
      keyOf({ to: [address('a@x.exampleb@x.example')] }),
      keyOf({ subject: 'Another' }),
      keyOf({ sentAt: 1_001 }),
      keyOf({ sentAt: null }),
      keyOf({}, { text: 'Hello youu' }),
      keyOf({}, { text: null, html: null }),
      keyOf({}, { attachments: [{}] as unknown as EmailContent['attachments'] }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('keeps its parts apart', () => {
    expect(keyOf({ subject: 'x', from: address('a') })).not.toBe(keyOf({ subject: '', from: address('ax') }));
    expect(keyOf({ to: [], subject: '' }, { text: null })).toContain('\u0000\u0000');
  });

  test('of one with neither date, sender nor body is made all the same', () => {
    const key = keyOf({ sentAt: null, from: null, to: [], subject: '' }, { text: null, html: null });
    expect(key.split('@')[0]?.split('\u0000')).toEqual(['', '', '', '', '0', '0']);
  });
});

describe('a thread', () => {
  const own = 'own@x.example' as EmailKey;
  test('is named after its root: the first of References, else In-Reply-To, else the mail itself', () => {
    const inReplyTo = '<parent@X.example>';
    const references = ['<root@X.example>', '<parent@x.example>'];
    expect(threadKey(head({ references, inReplyTo }), own)).toBe('root@x.example');
    expect(threadKey(head({ references: ['<>'], inReplyTo }), own)).toBe('parent@x.example');
    expect(threadKey(head({ references: [], inReplyTo: null }), own)).toBe(own);
  });

  test('is followed from the nearest mail to the root, each once, and nothing unusable', () => {
    const references = ['<root@x>', '<a@x>', '<>', '<b@x>'];
    expect(referredKeys(head({ references, inReplyTo: '<b@x>' }))).toEqual(['b@x', 'a@x', 'root@x']);
    expect(referredKeys(head({ references: [], inReplyTo: null }))).toEqual([]);
  });

  test('that is long is followed through its last twenty mails, and its root', () => {
    const references = Array.from({ length: 40 }, (_, at) => `<${at}@x>`);
    const keys = referredKeys(head({ references, inReplyTo: null }));
    expect([keys.length, keys[0], keys.at(-2), keys.at(-1)]).toEqual([21, '39@x', '20@x', '0@x']);
  });
});
