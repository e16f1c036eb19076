/** Values of fields for tests of both sides: ordinary ones, others to change them to, odd ones and long ones, all canonical texts. */
import { allDaySpan, timedSpan } from '../../src/model/canonical.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import {
  type Collection,
  type FieldName,
  type FieldSpec,
  type FieldSpecs,
  type Fields,
  fieldsOf,
} from '../../src/model/collection.ts';

/** The field that people call an item by. */
export const titleField = { events: 'subject', contacts: 'lastName', tasks: 'subject' } as const;

/** Another one that every service has. */
export const secondField = { events: 'location', contacts: 'firstName', tasks: 'description' } as const;

export const words: { readonly [Name in FieldName]?: readonly string[] } = {
  showAs: ['busy', 'free', 'tentative', 'out-of-office', 'elsewhere'],
  status: ['open', 'in-progress', 'waiting', 'deferred', 'completed'],
  priority: ['high', 'normal', 'low'],
  isPrivate: ['yes', ''],
};

/** Fields of many lines. */
const texts: readonly FieldName[] = ['description', 'notes', 'street'];
/** Fields whose texts have a form of their own, so that no odd or long text fits. */
const formed: readonly FieldName[] = [
  'time',
  'due',
  'birthday',
  'email',
  'phone',
  'mobile',
  'homePhone',
  'fax',
];

export const isFreeText = (name: FieldName) => !formed.includes(name) && words[name] === undefined;

const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** `2026-01-15T09:00:00Z/...`: so many days after `now`, from an hour of the day in UTC, for so many minutes. */
export function spanAt(now: number, days: number, hour: number, minutes = 60): string {
  const startAt = Math.floor(now / DAY) * DAY + days * DAY + hour * HOUR;
  return timedSpan(startAt, startAt + minutes * MINUTE);
}

/** Whole days from so many days after `now`. */
export function daysAt(now: number, days: number, length = 1): string {
  const startAt = Math.floor(now / DAY) * DAY + days * DAY;
  return allDaySpan(dateOf(startAt), dateOf(startAt + length * DAY));
}

export const dayAt = (now: number, days: number) => dateOf(now + days * DAY);

const samples = (now: number): Readonly<Record<FieldName, readonly [string, string]>> => ({
  subject: ['Offer for spring', 'Offer for summer'],
  location: ['Room 4', 'Main Street 12, Bern'],
  description: ['Bring the numbers.', 'Numbers are with Kim.\nAsk her.'],
  time: [spanAt(now, 10, 9, 90), spanAt(now, 11, 14, 30)],
  showAs: ['tentative', 'free'],
  isPrivate: ['', 'yes'],
  firstName: ['Robin', 'Alex'],
  lastName: ['Marlow', 'Marlowe-Smith'],
  email: ['robin@acme.example', 'r.marlow@acme.example'],
  phone: ['+41 31 555 01 00', '+41 31 555 01 01'],
  mobile: ['+41 79 555 02 00', '+41 79 555 02 01'],
  homePhone: ['+41 31 555 03 00', '+41 31 555 03 01'],
  fax: ['+41 31 555 04 00', '+41 31 555 04 01'],
  title: ['Head of Purchasing', 'Buyer'],
  department: ['Purchasing', 'Procurement'],
  company: ['Acme', 'Acme Holding'],
  street: ['1 Mill Lane\nBack door', '2 Mill Lane'],
  city: ['Bern', 'Thun'],
  state: ['BE', 'ZH'],
  postalCode: ['3000', '3600'],
  country: ['Switzerland', 'Austria'],
  birthday: ['1984-02-29', '1990-12-31'],
  notes: ['Met at the fair.', 'Likes tea.\n\nCall in the morning.'],
  due: [dayAt(now, 7), dayAt(now, 8)],
  status: ['in-progress', 'waiting'],
  priority: ['high', 'low'],
});

/** One value for every field of the collection that the side has and takes; `which` 1 gives others. */
export function sampleFields(
  collection: Collection,
  specs: FieldSpecs,
  now: number,
  which: 0 | 1 = 0,
): Fields {
  const values = samples(now);
  return Object.fromEntries(writableOf(collection, specs).map((name) => [name, values[name][which]]));
}

export const writableOf = (collection: Collection, specs: FieldSpecs): readonly FieldName[] =>
  fieldsOf[collection].filter((name) => specs[name]?.writable === true);

const ODD_LINE = "Zoë & “Łukasz” <b>50 %</b> 'q' {x} 日本語 \u{1F600} e\u0301".normalize('NFC');

/** Texts that a careless translation breaks. */
export function oddText(name: FieldName): string {
  return texts.includes(name) ? `${ODD_LINE}\n\n  indented, and a \\ back slash\nlast &amp; line` : ODD_LINE;
}

/** A long text; where the field is cut, it is cut through the middle of a character. */
export function longText(name: FieldName, { lengthMax }: FieldSpec): string {
  const wanted = lengthMax ?? (texts.includes(name) ? LONG_TEXT : LONG_LINE);
  return `${'long '.repeat(Math.ceil(wanted / 5)).slice(0, wanted - 2)}g\u{1F600} and more`;
}

const LONG_TEXT = 20_000;
const LONG_LINE = 250;
