/**
 * Readers of JSON of services, of cursors, tokens and links, with bad ones: they give something or a failure of the catalogue and never throw anything
 * else; what is damaged or of another kind is none, and no link leads where it must not.
 */
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as exchangeCursor from '../../src/connectors/exchange/cursor.ts';
import { isInnerAddress, normaliseEwsLink } from '../../src/connectors/exchange/ews-link.ts';
import { readChallenge } from '../../src/connectors/exchange/ntlm.ts';
import { readItemCursor, readSpanCursor } from '../../src/connectors/exchange/personal/item-cursor.ts';
import { readChallenges } from '../../src/connectors/exchange/sign-in.ts';
import * as googleCursor from '../../src/connectors/google/cursor.ts';
import * as googleToken from '../../src/connectors/google/id-token.ts';
import { contactItem as googleContact } from '../../src/connectors/google/items/contact-mapping.ts';
import { eventSchema, eventItem as googleEvent } from '../../src/connectors/google/items/event-mapping.ts';
import { personSchema } from '../../src/connectors/google/items/person.ts';
import { taskItem as googleTask, taskSchema } from '../../src/connectors/google/items/task-mapping.ts';
import { readBatch } from '../../src/connectors/google/multipart.ts';
import { readClaims } from '../../src/connectors/office365/challenge.ts';
import * as graphCursor from '../../src/connectors/office365/cursor.ts';
import * as graphToken from '../../src/connectors/office365/id-token.ts';
import { contactItem } from '../../src/connectors/office365/items/contact.ts';
import { eventItem } from '../../src/connectors/office365/items/event.ts';
import * as graphItems from '../../src/connectors/office365/items/item-cursor.ts';
import { taskItem } from '../../src/connectors/office365/items/task.ts';
import { pathOfLink } from '../../src/connectors/office365/links.ts';
import { emailHead } from '../../src/connectors/office365/message.ts';
import { readRetryAfter } from '../../src/connectors/office365/retry-after.ts';
import { isTrustedOrigin, normaliseLoginHost } from '../../src/connectors/salesforce/login-host.ts';
import { toRecord } from '../../src/connectors/salesforce/records/read-row.ts';
import { readSpan } from '../../src/model/canonical.ts';
import { collections, fieldsOf } from '../../src/model/collection.ts';
import {
  badJson,
  badText,
  changeJson,
  changeText,
  check,
  jsonChanges,
  orFailure,
  textChanges,
} from '../support/fuzz.ts';

const RUNS = 300;

const deflate = (text: string) => deflateRawSync(text).toString('base64');

describe('JSON of services', () => {
  const graph = {
    event: {
      id: 'e',
      '@odata.etag': 'v',
      subject: 's',
      type: 'singleInstance',
      isAllDay: true,
      start: { dateTime: '2026-01-05T00:00:00', timeZone: 'W. Europe Standard Time' },
      end: { dateTime: '2026-01-06T00:00:00', timeZone: 'UTC' },
      originalStart: '2026-01-05T00:00:00Z',
      attendees: [{ emailAddress: { address: 'a@b.test' }, status: { response: 'accepted' } }],
      categories: ['x'],
      body: { contentType: 'html', content: '<p>x</p>' },
    },
    contact: {
      id: 'c',
      displayName: 'M',
      emailAddresses: [{ address: 'a@b.test' }],
      businessAddress: { street: 'x\ny' },
      birthday: '2001-02-03T11:59:00Z',
      categories: [],
      singleValueExtendedProperties: [{ id: 'x', value: 'y' }],
    },
    task: {
      id: 't',
      title: 'x',
      dueDateTime: { dateTime: '2026-01-05T00:00:00', timeZone: 'UTC' },
      status: 'completed',
      body: { content: 'x' },
      linkedResources: [{ externalId: 'x' }],
    },
    message: {
      id: 'm',
      subject: 's',
      from: { emailAddress: { address: 'a@b.test', name: 'A' } },
      toRecipients: [{ emailAddress: { address: 'a@b.test' } }],
      internetMessageHeaders: [{ name: 'Date', value: 'Mon, 05 Jan 2026 07:00:00 +0000' }],
      receivedDateTime: '2026-01-05T00:00:00Z',
      singleValueExtendedProperties: [{ id: 'x', value: 'y' }],
      categories: ['x'],
    },
  };
  const google = {
    event: {
      id: 'e',
      etag: 'v',
      summary: 's',
      start: { dateTime: '2026-01-05T08:00:00', timeZone: 'Europe/Paris' },
      end: { date: '2026-01-06' },
      attendees: [{ email: 'a@b.test', self: true, responseStatus: 'accepted' }],
      recurrence: ['RRULE:FREQ=DAILY'],
      organizer: { self: true },
      extendedProperties: { private: { lockstep: 'x' } },
      recurringEventId: 'm',
      originalStartTime: { dateTime: '2026-01-05T08:00:00Z' },
      iCalUID: 'u',
    },
    person: {
      resourceName: 'people/1',
      etag: 'v',
      metadata: { sources: [{ type: 'CONTACT', id: '1' }] },
      names: [{ familyName: 'M', metadata: { source: { type: 'CONTACT', id: '1' } } }],
      birthdays: [
        { date: { year: 2001, month: 2, day: 3 }, metadata: { source: { type: 'CONTACT', id: '1' } } },
      ],
      addresses: [{ type: 'work', streetAddress: 'x', metadata: { source: { type: 'CONTACT', id: '1' } } }],
      memberships: [{ contactGroupMembership: { contactGroupId: 'x' } }],
    },
    task: { id: 't', etag: 'v', title: 'x', due: '2026-01-05T00:00:00Z', status: 'completed', notes: 'x' },
  };
  const row = {
    Id: '003000000000001AAA',
    SystemModstamp: '2026-01-05T00:00:00.000+0000',
    Subject: 's',
    StartDateTime: '2026-01-05T00:00:00.000+0000',
    EndDateTime: '2026-01-05T00:00:00.000+0000',
    DurationInMinutes: 5,
    ActivityDate: '2026-01-05',
    IsAllDayEvent: true,
    OwnerId: '005000000000001AAA',
    Birthdate: '2001-02-03',
    MailingStreet: 'x',
    Status: 'Completed',
  };

  function holdsFields(item: unknown): void {
    const { collection, fields } = (item ?? {}) as {
      collection?: (typeof collections)[number];
      fields?: Record<string, string>;
    };
    if (collection === undefined || fields === undefined) return;
    for (const [name, value] of Object.entries(fields)) {
      expect([name, typeof value]).toEqual([name, 'string']);
      expect(fieldsOf[collection] as readonly string[]).toContain(name);
      if (name === 'time' && value !== '') expect([value, readSpan(value) === null]).toEqual([value, false]);
    }
  }

  it('is read whatever stands in it', () => {
    const readers: readonly (readonly [unknown, (given: never) => unknown])[] = [
      [graph.event, (one) => eventItem(one, null)],
      [graph.event, (one) => eventItem(one, graph.event)],
      [graph.contact, (one) => contactItem(one, false)],
      [graph.task, (one) => taskItem(one)],
      [graph.message, (one) => emailHead(one, 'inbox')],
      [
        google.event,
        (one) => {
          const { data } = eventSchema.safeParse(one);
          return data && googleEvent(data, 'Europe/Paris');
        },
      ],
      [
        google.person,
        (one) => {
          const { data } = personSchema.safeParse(one);
          return data && googleContact(data, { isInSalesforceFolder: false, categories: [] } as never);
        },
      ],
      [
        google.task,
        (one) => {
          const { data } = taskSchema.safeParse(one);
          return data && googleTask(data);
        },
      ],
      ...collections.map((collection) => [row, (one: never) => toRecord(collection, one, null)] as const),
    ];
    // Rows of services are objects: what is none is refused before these readers.
    const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
    check(
      'items in JSON',
      RUNS * 3,
      fc.property(fc.constantFrom(...readers), jsonChanges, ([sample, read], changes) => {
        const changed = changeJson(sample, changes);
        if (isObject(changed)) holdsFields(orFailure(() => read(changed as never)));
      }),
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('cursors, tokens and challenges', () => {
  const mark = {
    syncState: 's',
    roles: {},
    folders: [{ id: 'a', parentId: 'b', name: 'n', folderClass: 'IPF.Note' }],
  };
  const cursors: readonly string[] = [
    exchangeCursor.writeFeedCursor({ syncState: 's', marks: null, readAt: 1 }),
    exchangeCursor.writeListingCursor(mark as never),
    graphCursor.writeFeedCursor('/x'),
    graphCursor.writeListingCursor({ path: '/x', roles: {}, folders: mark.folders } as never, {
      folder: null,
      list: null,
    }),
    googleCursor.writeListingCursor([['a', 'b']]),
    googleCursor.writeFeedCursor({ phase: 'history', historyId: '1', page: null, readAt: 1 }),
    graphItems.writeListCursor({ path: '/x', isPlain: true }),
    graphItems.writeCalendarCursor({ path: '/x', from: 0, to: 1, told: 1 }),
    ...['i1:[1,"a","b",1]', 'o1:99', 'go1:/x', 'f1:[]', 'l2:AAAA', 'gl1:AAAA', 'gf1:null', 'gi1:[]'],
  ];
  const readers: readonly ((cursor: string) => unknown)[] = [
    ...[exchangeCursor.readFeedCursor, exchangeCursor.readListingCursor, readItemCursor, readSpanCursor],
    ...[
      graphCursor.readFeedCursor,
      graphCursor.readListingCursor,
      googleCursor.readFeedCursor,
      googleCursor.readListingCursor,
    ],
    ...[graphItems.readListCursor, graphItems.readCalendarCursor, graphItems.readOccurrencesCursor],
  ];
  it('that are damaged, or of another kind, are none', () => {
    check(
      'cursors',
      RUNS * 2,
      fc.property(fc.constantFrom(...cursors), fc.option(textChanges), (cursor, changes) => {
        for (const read of readers) {
          const made = read(changes === null ? cursor : changeText(cursor, changes));
          expect(
            made === null || typeof made === 'object' || typeof made === 'string' || typeof made === 'number',
          ).toBe(true);
        }
      }),
    );
  });

  it('whose JSON has other types are none', () => {
    const prefixes = ['f1:', 'i1:', 'gf1:', 'gl1:', 'gi1:', 'gc1:'];
    const packed = ['l2:', 'gl1:'];
    check(
      'cursors of other types',
      RUNS / 3,
      fc.property(badJson, (value) => {
        const json = JSON.stringify(value);
        const texts = [json, `["/s",{},${json}]`, `["/s",{},[${json}]]`].map(deflate);
        const made = [
          ...prefixes.map((prefix) => prefix + json),
          ...packed.flatMap((prefix) => texts.map((text) => prefix + text)),
        ];
        for (const cursor of made) for (const read of readers) read(cursor);
      }),
    );
  });

  it('of sign-ins are refused', () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');
    check(
      'tokens',
      RUNS,
      fc.property(badText, badJson, (text, value) => {
        for (const token of [text, `${part({ alg: 'none' })}.${part(value)}.`, `a.${text}.b`]) {
          const wish = { clientId: 'c', nonce: 'n', now: 0 };
          expect(orFailure(() => graphToken.readIdToken(token, wish))).toBeNull();
          expect(orFailure(() => googleToken.readIdToken(token, { ...wish, issuers: ['i'] }))).toBeNull();
        }
        readClaims(`Bearer claims="${text}"`);
        const { token } = readChallenges({ header: () => text });
        readChallenge(Buffer.from(token ?? text, 'base64'));
        readBatch(
          `multipart/mixed; boundary=${text}`,
          `--${text}\r\n\r\nHTTP/1.1 ${text}\r\n\r\n${JSON.stringify(value)}`,
          2,
        );
        const ms = readRetryAfter(text, 0);
        expect(ms === null || (ms >= 0 && ms <= 3_600_000)).toBe(true);
      }),
    );
    check(
      'NTLM',
      RUNS,
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat({ max: 47 }), (bytes, at) => {
        const message = Buffer.concat([
          Buffer.from('NTLMSSP\0'),
          Buffer.from([2, 0, 0, 0]),
          Buffer.from(bytes),
        ]);
        if (message.length > at) message[Math.max(12, at)] = 255;
        readChallenge(message);
      }),
    );
  });
});

describe('links and hosts', () => {
  it('lead outside by https, or are refused without repeating them', () => {
    const host = fc.oneof(
      badText,
      fc.ipV4Extended(),
      fc.ipV6().map((ip) => `[${ip}]`),
      fc.domain(),
      fc.constantFrom(
        '0',
        '0x7f.1',
        '2130706433',
        '127.1',
        '[::ffff:7f00:1]',
        '①②⑦.0.0.1',
        'localhost.',
        'a@b',
      ),
    );
    check(
      'links',
      RUNS * 2,
      fc.property(
        fc.constantFrom('', 'https://', 'http://', 'file://', 'HTTPS://user@', '//'),
        host,
        badText,
        (scheme, name, rest) => {
          for (const text of [
            scheme + name,
            `${scheme}${name}/${rest}`,
            `${scheme}${name}/EWS/Exchange.asmx`,
          ]) {
            const link = orFailure(() => normaliseEwsLink(text));
            if (link !== null) {
              expect(new URL(link)).toMatchObject({
                protocol: 'https:',
                username: '',
                password: '',
                search: '',
                hash: '',
              });
              expect(normaliseEwsLink(link)).toBe(link);
            }
            const origin = normaliseLoginHost(text);
            if (origin !== null)
              expect([
                isTrustedOrigin(origin),
                /^https:\/\/[\w.-]+\.(?:salesforce|force|cloudforce|database)\.(?:com|mil)$/.test(origin),
              ]).toEqual([true, true]);
            const path = pathOfLink(text, 'https://graph.test');
            if (path !== null)
              expect(new URL(`https://graph.test/v1.0${path}`).origin).toBe('https://graph.test');
          }
          expect(isInnerAddress(rest) || /^[\da-f.:%]/i.test(rest)).toBe(true);
        },
      ),
    );
  });
});
