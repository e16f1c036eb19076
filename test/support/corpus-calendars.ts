/**
 * The calendars of the shared corpus as people's clients would take them in: events with their exceptions, and to-dos, in the words of iCalendar. Each
 * calendar moves by whole weeks, so that its first event lies in the week in which worlds begin; what is no iCalendar is told apart.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ICAL from 'ical.js';
import { DAY } from '../../src/model/clock.ts';
import { MONDAY } from './fake-clock.ts';
import { zoneNamed } from './zone-names.ts';
import { wallIn } from './zoned-time.ts';

const CALENDARS = '../shared/corpus/ics';
export const hasCorpus = existsSync(CALENDARS);

/** A wall time, `2026-01-05T10:00:00`, and the IANA name of its zone; of a whole day midnight and `UTC`. */
export interface CorpusTime {
  readonly wall: string;
  readonly zone: string;
}

export interface CorpusPerson {
  readonly address: string;
  readonly name: string;
  readonly isResource: boolean;
}

/** What an event says besides its rule; the same for one changed occurrence. */
export interface CorpusContent {
  readonly subject: string;
  readonly location: string;
  readonly description: string;
  readonly isAllDay: boolean;
  readonly start: CorpusTime;
  readonly end: CorpusTime;
  readonly isFree: boolean;
  readonly isPrivate: boolean;
  readonly isCancelled: boolean;
}

export interface CorpusEvent extends CorpusContent {
  readonly uid: string | null;
  /** Null where it names none that a service could know. */
  readonly organizer: CorpusPerson | null;
  readonly attendees: readonly CorpusPerson[];
  readonly rule: ICAL.Recur | null;
  /** Whole lines, moved: further and left out times. */
  readonly further: readonly CorpusTime[];
  readonly left: readonly CorpusTime[];
  readonly exceptions: readonly (CorpusContent & { readonly stood: CorpusTime })[];
}

export interface CorpusTodo {
  readonly subject: string;
  readonly description: string;
  /** A date, or ''. */
  readonly due: string;
  readonly status: 'open' | 'in-progress' | 'completed';
  readonly priority: 'high' | 'normal' | 'low';
}

export interface Corpus {
  readonly files: number;
  readonly events: readonly CorpusEvent[];
  readonly todos: readonly CorpusTodo[];
  /** What is neither, by reason. */
  readonly apart: Readonly<Record<string, number>>;
}

/** All calendars, read in the order of their names. */
export function readCalendars(): Corpus {
  const apart: Record<string, number> = {};
  const setApart = (reason: string) => {
    apart[reason] = (apart[reason] ?? 0) + 1;
  };
  const events: CorpusEvent[] = [];
  const todos: CorpusTodo[] = [];
  const files = readdirSync(CALENDARS).filter((name) => name.endsWith('.ics'));
  for (const file of files.toSorted()) {
    const parts = componentsIn(readFileSync(join(CALENDARS, file), 'utf8'), setApart);
    const all = parts.filter(({ name }) => name === 'vevent');
    const shift = shiftOf(all);
    events.push(...eventsOf(all, shift, setApart));
    for (const part of parts) {
      if (part.name === 'vtodo') todos.push(todoOf(part, shift));
      else if (part.name !== 'vevent' && part.name !== 'vtimezone') setApart(`a ${part.name}`);
    }
  }
  return { files: files.length, events, todos, apart };
}

/** Parts of all calendars in a text; of one that does not parse whole, whatever parses by itself. */
function componentsIn(text: string, setApart: (reason: string) => void): readonly ICAL.Component[] {
  try {
    const parsed = ICAL.parse(text);
    const roots = (typeof parsed[0] === 'string' ? [parsed] : parsed) as unknown as ICAL.Component['jCal'][];
    return roots.flatMap((root) => {
      const component = new ICAL.Component(root);
      return component.name === 'vcalendar' ? component.getAllSubcomponents() : [component];
    });
  } catch {
    const blocks = text.match(/BEGIN:(VEVENT|VTODO|VJOURNAL)\r?\n[\s\S]*?END:\1/g) ?? [];
    if (blocks.length === 0) setApart('no iCalendar');
    return blocks.flatMap((block) => {
      try {
        return [new ICAL.Component(ICAL.parse(block) as unknown as ICAL.Component['jCal'])];
      } catch {
        setApart('no iCalendar');
        return [];
      }
    });
  }
}

const WEEK = 7 * DAY;

/** Whole weeks from the first event to the worlds' beginning, in ms. */
function shiftOf(events: readonly ICAL.Component[]): number {
  const starts = events.flatMap((event) => {
    const start = timeIn(event, 'dtstart');
    return start === null ? [] : [Date.parse(`${start.wall}Z`)];
  });
  return starts.length === 0 ? 0 : Math.ceil((MONDAY - Math.min(...starts)) / WEEK) * WEEK;
}

function eventsOf(
  components: readonly ICAL.Component[],
  shift: number,
  setApart: (reason: string) => void,
): readonly CorpusEvent[] {
  const isException = (one: ICAL.Component) => one.hasProperty('recurrence-id');
  const masters = components.filter((one) => !isException(one));
  const uids = new Map(masters.map((one) => [textIn(one, 'uid'), one]));
  const exceptions = components.filter(isException);
  // An occurrence that came without its series is an event of its own.
  const orphans = exceptions.filter((one) => uids.get(textIn(one, 'uid'))?.hasProperty('rrule') !== true);
  return [...masters, ...orphans].flatMap((component) => {
    const content = contentOf(component, shift);
    if (content === null) {
      setApart('an event without a start');
      return [];
    }
    const uid = textIn(component, 'uid');
    const changed = uids.get(uid) === component ? exceptions.filter((one) => textIn(one, 'uid') === uid) : [];
    return [{ ...content, uid: uid || null, ...peopleOf(component), ...seriesOf(component, changed, shift) }];
  });
}

function seriesOf(component: ICAL.Component, changed: readonly ICAL.Component[], shift: number) {
  const value = valueIn(component, 'rrule');
  const rule = value instanceof ICAL.Recur ? value.clone() : null;
  if (rule?.until != null) rule.until = moved(rule.until, shift);
  return {
    rule,
    further: timesIn(component, 'rdate', shift),
    left: timesIn(component, 'exdate', shift),
    exceptions: (rule === null ? [] : changed).flatMap((one) => {
      const [stood] = timesIn(one, 'recurrence-id', shift);
      const content = contentOf(one, shift);
      return stood === undefined || content === null ? [] : [{ ...content, stood }];
    }),
  };
}

function contentOf(component: ICAL.Component, shift: number): CorpusContent | null {
  const start = timeIn(component, 'dtstart');
  if (start === null) return null;
  const at = (time: CorpusTime, ms: number) => ({ ...time, wall: wallAfter(time.wall, ms) });
  return {
    subject: textIn(component, 'summary'),
    location: textIn(component, 'location'),
    description: textIn(component, 'description'),
    isAllDay: start.isDate,
    start: at(start, shift),
    end: at(endOf(component, start), shift),
    isFree: textIn(component, 'transp').toUpperCase() === 'TRANSPARENT',
    isPrivate: /^(PRIVATE|CONFIDENTIAL)$/i.test(textIn(component, 'class')),
    isCancelled: textIn(component, 'status').toUpperCase() === 'CANCELLED',
  };
}

function endOf(component: ICAL.Component, start: ReadTime): CorpusTime {
  const end = timeIn(component, 'dtend');
  const duration = valueIn(component, 'duration');
  const length = duration instanceof ICAL.Duration ? duration.toSeconds() * 1000 : start.isDate ? DAY : 0;
  const least = start.isDate ? DAY : 0;
  if (end !== null && end.isDate === start.isDate) {
    const isBefore = end.zone === start.zone && end.wall < wallAfter(start.wall, least);
    return isBefore ? { ...start, wall: wallAfter(start.wall, least) } : end;
  }
  const whole = start.isDate ? Math.max(DAY, Math.ceil(length / DAY) * DAY) : Math.max(0, length);
  return { ...start, wall: wallAfter(start.wall, whole) };
}

/** A value that makes no sense counts as absent. */
function valuesOf(property: ICAL.Property): readonly unknown[] {
  try {
    return property.getValues();
  } catch {
    return [];
  }
}

function valueIn(component: ICAL.Component, name: string): unknown {
  const property = component.getFirstProperty(name);
  return property == null ? undefined : valuesOf(property)[0];
}

interface ReadTime extends CorpusTime {
  readonly isDate: boolean;
}

function timeIn(component: ICAL.Component, name: string): ReadTime | null {
  const property = component.getFirstProperty(name);
  const [value] = property == null ? [] : valuesOf(property);
  return property != null && value instanceof ICAL.Time ? readTime(value, property) : null;
}

function timesIn(component: ICAL.Component, name: string, shift: number): readonly CorpusTime[] {
  return component.getAllProperties(name).flatMap((property) =>
    valuesOf(property).flatMap((value) => {
      const time = value instanceof ICAL.Period ? value.start : value;
      if (!(time instanceof ICAL.Time)) return [];
      const { wall, zone } = readTime(time, property);
      return [{ wall: wallAfter(wall, shift), zone }];
    }),
  );
}

/** Zones that nobody knows by name are reckoned by the calendar's own definition, and go on in UTC. */
function readTime(time: ICAL.Time, property: ICAL.Property): ReadTime {
  const wall = wallText(Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second));
  if (time.isDate) return { wall, zone: 'UTC', isDate: true };
  const tzid = property.getFirstParameter('tzid');
  const zone = tzid === undefined ? 'UTC' : zoneNamed(tzid);
  if (zone !== null) return { wall, zone, isDate: false };
  return { wall: wallIn('UTC', time.toJSDate().getTime()), zone: 'UTC', isDate: false };
}

function moved(time: ICAL.Time, shift: number): ICAL.Time {
  const copy = time.clone();
  copy.adjust(Math.round(shift / DAY), 0, 0, 0);
  return copy;
}

const wallText = (ms: number) => new Date(ms).toISOString().slice(0, 19);
const wallAfter = (wall: string, ms: number) => wallText(Date.parse(`${wall}Z`) + ms);

function textIn(component: ICAL.Component, name: string): string {
  const value = valueIn(component, name);
  return typeof value === 'string' ? value : '';
}

function peopleOf(component: ICAL.Component): Pick<CorpusEvent, 'organizer' | 'attendees'> {
  const [organizer] = component.getAllProperties('organizer').flatMap(personOf);
  return {
    organizer: organizer ?? null,
    attendees: component.getAllProperties('attendee').flatMap(personOf),
  };
}

function personOf(property: ICAL.Property): readonly CorpusPerson[] {
  const address = String(valuesOf(property)[0] ?? '')
    .replace(/^mailto:/i, '')
    .trim()
    .toLowerCase();
  if (!/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(address)) return [];
  const kind = property.getFirstParameter('cutype') ?? '';
  const name = String(property.getFirstParameter('cn') ?? '');
  return [{ address, name, isResource: /^(ROOM|RESOURCE)$/i.test(kind) }];
}

function todoOf(component: ICAL.Component, shift: number): CorpusTodo {
  const due = timeIn(component, 'due');
  const status = textIn(component, 'status').toUpperCase();
  const priority = Number(valueIn(component, 'priority') ?? 0);
  return {
    subject: textIn(component, 'summary'),
    description: textIn(component, 'description'),
    due: due === null ? '' : wallAfter(due.wall, shift).slice(0, 10),
    status: status === 'COMPLETED' ? 'completed' : status === 'IN-PROCESS' ? 'in-progress' : 'open',
    priority: priority > 5 ? 'low' : priority > 0 && priority < 5 ? 'high' : 'normal',
  };
}
