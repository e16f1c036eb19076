/** What of events, contacts, tasks and records is looked at, and why the rest is left out (V1, C1, T1, S1), to the edge of every window. */
import { describe, expect, test } from 'vitest';
import { rules } from '../../test/support/builders.ts';
import { MONDAY } from '../../test/support/fake-clock.ts';
import { event, person, record, rulesAt, task } from '../../test/support/pair-builders.ts';
import { timedSpan } from '../model/canonical.ts';
import { DAY, HOUR } from '../model/clock.ts';
import type { CrmRecord } from '../model/crm-records.ts';
import type { ItemId } from '../model/ids.ts';
import type { Attendee, EventItem } from '../model/mailbox-item.ts';
import type { SyncSettings } from '../model/settings.ts';
import { isBeforeWindow, isDownOpen, isMarked, itemRules, screenItem, screenRecord } from './item-rules.ts';

const MIDNIGHT = Date.parse('2026-01-05T00:00:00Z');
const settings: Partial<SyncSettings> = {
  eventDaysBack: 2,
  eventDaysAhead: 3,
  seriesDaysAhead: 1,
  taskDaysBack: 2,
};
const FROM = MIDNIGHT - 2 * DAY;
const TO = MIDNIGHT + 4 * DAY;
const SERIES_TO = MIDNIGHT + 2 * DAY;

function guest(address: string, isResource = false): Attendee {
  return { address, name: '', answer: 'none', isResource };
}
const at = (startAt: number, endAt: number, change: Partial<EventItem> = {}) =>
  screenItem(event({ fields: { time: timedSpan(startAt, endAt) }, ...change }), rulesAt(settings));

describe('the window', () => {
  test('moves at midnight alone, and counts whole days back and ahead', () => {
    const window = { eventsFrom: FROM, eventsTo: TO, seriesTo: SERIES_TO, tasksFrom: FROM };
    for (const now of [MIDNIGHT, MONDAY, MIDNIGHT + DAY - 1])
      expect(itemRules(rules(settings), now).window).toEqual(window);
    expect(itemRules(rules(settings), MIDNIGHT + DAY).window.eventsFrom).toBe(FROM + DAY);
  });

  test('has no end for single events where settings name none', () => {
    expect(rulesAt({ eventDaysAhead: 0 }).window.eventsTo).toBeNull();
  });

  test('leaves out what ended before or with its beginning, and keeps what reaches into it', () => {
    expect(at(FROM - 2 * HOUR, FROM - HOUR)).toBe('skipped.before-window');
    expect(at(FROM - HOUR, FROM)).toBe('skipped.before-window');
    expect(at(FROM - HOUR, FROM + 1_000)).toBeNull();
    expect(at(FROM, FROM)).toBeNull();
  });

  test('leaves out what begins at its end or later', () => {
    expect(at(TO - 1_000, TO + HOUR)).toBeNull();
    expect(at(TO, TO + HOUR)).toBe('skipped.beyond-window');
  });

  test('ends for occurrences with the sooner of both ends', () => {
    const seriesId = 's' as ItemId;
    expect(at(SERIES_TO - 1_000, SERIES_TO, { seriesId })).toBeNull();
    expect(at(SERIES_TO, SERIES_TO + HOUR, { seriesId })).toBe('skipped.beyond-window');
    expect(at(SERIES_TO, SERIES_TO + HOUR)).toBeNull();
    const far = rulesAt({ ...settings, seriesDaysAhead: 30 });
    const late = event({ seriesId, fields: { time: timedSpan(TO, TO + HOUR) } });
    expect(screenItem(late, far)).toBe('skipped.beyond-window');
    expect(screenItem(late, rulesAt({ ...settings, eventDaysAhead: 0, seriesDaysAhead: 30 }))).toBeNull();
  });

  test('holds nothing against an event whose time is not known', () => {
    expect(screenItem(event({ fields: {} }), rulesAt(settings))).toBeNull();
  });

  test('says of what is gone from the mailbox whether it had merely left it', () => {
    const { window } = rulesAt(settings);
    const asked = (endAt: number) => isBeforeWindow(timedSpan(endAt - HOUR, endAt), window);
    expect([asked(FROM - 1_000), asked(FROM), asked(FROM + 1_000)]).toEqual([true, true, false]);
    expect(isBeforeWindow(undefined, window)).toBe(false);
  });
});

describe('an event', () => {
  test('that somebody else organizes needs an answer; the own one needs none', () => {
    const answered = (answer: EventItem['answer'], isOrganizer: boolean) =>
      screenItem(event({ answer, isOrganizer }), rulesAt());
    expect(
      (['accepted', 'tentative', 'none', 'declined'] as const).map((one) => answered(one, false)),
    ).toEqual([null, null, 'skipped.not-accepted', 'skipped.not-accepted']);
    expect(answered('none', true)).toBeNull();
  });

  test.each<[string, string | null, Partial<EventItem>]>([
    ['its organizer', 'skipped.blocklisted', { organizer: { address: 'kim@acme.example', name: '' } }],
    ['the only guest', 'skipped.blocklisted', { attendees: [guest('kim@acme.example')] }],
    ['one of two guests', null, { attendees: [guest('kim@acme.example'), guest('lee@else.example')] }],
    ['a room', null, { attendees: [guest('room@acme.example', true)] }],
    [
      'the only guest from outside',
      'skipped.blocklisted',
      {
        attendees: [
          guest('kim@acme.example'),
          guest('ben@contoso.example'),
          guest('room@else.example', true),
        ],
      },
    ],
    ['no guest', null, { attendees: [guest('ben@contoso.example')] }],
    ['nobody of an appointment', null, { organizer: null, attendees: [] }],
  ])('of which a blocklist names %s: %s', (_who, code, change) => {
    expect(screenItem(event(change), rulesAt({ blocklist: ['acme.example'] }))).toBe(code);
  });
});

describe('a contact', () => {
  const private_ = { sensitivity: 'private' } as const;
  const marked = { categories: ['SALESFORCE'] };
  test('goes up from the folder or with the category, a private one with the category alone', () => {
    const asked = (change: Parameters<typeof person>[0]) => screenItem(person(change), rulesAt());
    expect(asked({})).toBeNull();
    expect(asked({ isInSalesforceFolder: false })).toBe('skipped.not-marked');
    expect(asked({ isInSalesforceFolder: false, ...marked })).toBeNull();
    expect(asked(private_)).toBe('skipped.private');
    expect(asked({ ...private_, ...marked })).toBeNull();
  });

  test('is marked by the category in any letter case, and by no other one', () => {
    expect([isMarked(person(marked)), isMarked(person({ categories: ['Salesforce Emails'] }))]).toEqual([
      true,
      false,
    ]);
  });
});

describe('a task', () => {
  const done = (due: string, completedAt: number | null, modifiedAt: number | null) =>
    screenItem(
      task({ fields: { ...task().fields, status: 'completed', due }, completedAt, modifiedAt }),
      rulesAt(settings),
    );
  const OLD = 'skipped.completed-long-ago';

  test('that is private stays where it is, unless the category is on it', () => {
    expect(screenItem(task({ sensitivity: 'personal' }), rulesAt())).toBe('skipped.private');
    expect(screenItem(task({ sensitivity: 'personal', categories: ['Salesforce'] }), rulesAt())).toBeNull();
  });

  test('that is open goes up, however old it is', () => {
    const fields = { ...task().fields, due: '2001-01-01' };
    expect(screenItem(task({ fields, modifiedAt: 0 }), rulesAt())).toBeNull();
  });

  test('that is completed goes up where it was due inside of the window', () => {
    expect([done('2026-01-02', 0, 0), done('2026-01-03', 0, 0)]).toEqual([OLD, null]);
  });

  test('that is completed goes up where it was completed inside of the window; else its last change counts', () => {
    expect([done('', FROM - 1, FROM), done('', FROM, 0)]).toEqual([OLD, null]);
    expect([done('', null, FROM - 1), done('', null, FROM), done('', null, null)]).toEqual([OLD, null, OLD]);
  });

  test('without a field for the day it is due goes by its completion', () => {
    const fields = { status: 'completed' };
    expect(screenItem(task({ fields, completedAt: FROM }), rulesAt(settings))).toBeNull();
    expect(screenItem(task({ fields, completedAt: FROM - 1 }), rulesAt(settings))).toBe(OLD);
  });
});

describe('a record', () => {
  const asked = (
    of: Parameters<typeof record>[0],
    change: Partial<CrmRecord>,
    more: Partial<SyncSettings> = {},
  ) => screenRecord(record(of, change), rulesAt({ ...settings, ...more }));

  test('of somebody else comes down only as a contact', () => {
    expect([event(), task(), person()].map((of) => asked(of, { isOwn: false }))).toEqual([
      'skipped.not-yours',
      'skipped.not-yours',
      null,
    ]);
  });

  test('that is no event has no place in time; a task that is open always comes down', () => {
    expect(asked(person(), {})).toBeNull();
    expect(asked(task(), { modifiedAt: 0 })).toBeNull();
  });

  test('of a completed task comes down where it was due or changed inside of the window', () => {
    const fields = { status: 'completed', due: '2026-01-01' };
    expect(asked(task(), { fields, modifiedAt: FROM - 1 })).toBe('skipped.completed-long-ago');
    expect(asked(task(), { fields, modifiedAt: FROM })).toBeNull();
    expect(asked(task(), { fields: { ...fields, due: '2026-01-03' }, modifiedAt: 0 })).toBeNull();
  });

  test('of a contact is never judged by what only tasks have', () => {
    expect(asked(person(), { fields: { status: 'completed' }, modifiedAt: 0 })).toBeNull();
  });

  test('of an event is an event, not an occurrence', () => {
    const fields = { time: timedSpan(SERIES_TO, SERIES_TO + HOUR) };
    expect(asked(event(), { fields })).toBeNull();
  });
});

test('each collection has its own switch for the way down', () => {
  const off = { eventsDown: false, contactsDown: false, tasksDown: false };
  for (const collection of ['events', 'contacts', 'tasks'] as const) {
    const { settings: open } = rulesAt({ ...off, [`${collection}Down`]: true });
    expect((['events', 'contacts', 'tasks'] as const).filter((one) => isDownOpen(one, open))).toEqual([
      collection,
    ]);
  }
});
