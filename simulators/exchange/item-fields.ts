/**
 * The properties that calendar items, contacts and tasks share with every item, as rules for writing them, and the
 * reading of values (booleans, choices, dates) that the rules of each kind use too.
 */
import { ServiceError, schemaViolation } from './errors.ts';
import type { Item, ItemBody, Reminder, Sensitivity } from './folder.ts';
import type { Mailbox } from './mailbox.ts';
import type { XmlNode } from './xml-tree.ts';
import { toUtc, type Zone } from './zones/zone.ts';

/** What a write is done in. `zone` is that of the TimeZoneContext header. */
export interface WriteContext {
  zone: Zone;
  now: number;
  mailbox: Mailbox;
  isCreation: boolean;
  /** Local times are meant in the item's own zone, because the same request sets it. */
  usesOwnZone: boolean;
}

/** Changes a draft by the element with the value; for a deletion the element is empty. */
export type FieldWriter = (draft: Item, node: XmlNode, context: WriteContext) => void;

/** What may be done to one property; what is absent is refused. */
export interface FieldRule {
  set?: FieldWriter;
  append?: FieldWriter;
  delete?: FieldWriter;
}

const CATEGORIES_MAX = 255;
const REMINDER_MINUTES_MAX = 2_629_800;

export function readBoolean(node: XmlNode): boolean {
  const text = node.text.trim();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw schemaViolation(`The '${node.name}' element is invalid - '${text}' is not a valid Boolean value.`);
}

export function readChoice<Choice extends string>(node: XmlNode, choices: readonly Choice[]): Choice {
  const text = node.text.trim();
  const found = choices.find((choice) => choice === text);
  if (found === undefined)
    throw schemaViolation(`The '${node.name}' element is invalid - The value '${text}' is not allowed.`);
  return found;
}

/** An xs:dateTime as an instant in ms; one without an offset is meant in `zone`. */
export function readInstant(node: XmlNode, zone: Zone): number {
  const instant = parseInstant(node.text.trim(), zone);
  if (instant === undefined) throw schemaViolation(`The '${node.name}' element is invalid.`);
  return instant;
}

/** As readInstant, of a plain text; undefined when it is no xs:dateTime. */
export function parseInstant(text: string, zone: Zone): number | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (match === null) return undefined;
  const [, local = '', offset] = match;
  const at = Date.parse(`${local}${offset ?? 'Z'}`);
  if (Number.isNaN(at)) return undefined;
  return offset === undefined ? toUtc(zone, at) : at;
}

export function readStrings(node: XmlNode): string[] {
  return node.children.map((one) => one.text);
}

const rule = (set: FieldWriter, remove?: FieldWriter, append?: FieldWriter): FieldRule => ({
  set,
  ...(remove === undefined ? {} : { delete: remove }),
  ...(append === undefined ? {} : { append }),
});

function readBody(node: XmlNode): ItemBody {
  const type = node.attributes.BodyType;
  if (type !== 'HTML' && type !== 'Text')
    throw schemaViolation("The required attribute 'BodyType' is missing.");
  return { type, content: node.text };
}

const NO_REMINDER: Reminder = { isSet: false, minutes: 15, dueBy: undefined };

/** Rules by field URI. */
export const COMMON_FIELDS: ReadonlyMap<string, FieldRule> = new Map(
  Object.entries({
    'item:Subject': rule(
      (draft, node) => {
        draft.subject = node.text.slice(0, 255);
      },
      (draft) => {
        draft.subject = '';
      },
    ),
    'item:Body': rule(
      (draft, node) => {
        draft.body = readBody(node);
      },
      (draft) => {
        draft.body = undefined;
      },
      (draft, node) => {
        const added = readBody(node);
        draft.body = {
          type: draft.body?.type ?? added.type,
          content: (draft.body?.content ?? '') + added.content,
        };
      },
    ),
    'item:Sensitivity': rule(
      (draft, node) => {
        draft.sensitivity = readChoice<Sensitivity>(node, ['Normal', 'Personal', 'Private', 'Confidential']);
      },
      (draft) => {
        draft.sensitivity = 'Normal';
      },
    ),
    'item:Importance': rule(
      (draft, node) => {
        draft.importance = readChoice(node, ['Low', 'Normal', 'High']);
      },
      (draft) => {
        draft.importance = 'Normal';
      },
    ),
    'item:Categories': rule(
      (draft, node) => {
        const names = readStrings(node);
        if (names.some((name) => name.length > CATEGORIES_MAX)) throw new ServiceError('ErrorPropertyUpdate');
        draft.categories = names;
      },
      (draft) => {
        draft.categories = [];
      },
    ),
    'item:ReminderIsSet': rule((draft, node) => {
      draft.reminder = { ...(draft.reminder ?? NO_REMINDER), isSet: readBoolean(node) };
    }),
    'item:ReminderMinutesBeforeStart': rule((draft, node) => {
      const minutes = Number(node.text.trim());
      if (!Number.isInteger(minutes) || minutes < 0 || minutes > REMINDER_MINUTES_MAX)
        throw schemaViolation(`The '${node.name}' element is invalid.`);
      draft.reminder = { ...(draft.reminder ?? NO_REMINDER), minutes };
    }),
    'item:ReminderDueBy': rule(
      (draft, node, { zone }) => {
        draft.reminder = { ...(draft.reminder ?? NO_REMINDER), dueBy: readInstant(node, zone) };
      },
      (draft) => {
        draft.reminder = { ...(draft.reminder ?? NO_REMINDER), dueBy: undefined };
      },
    ),
  } satisfies Record<string, FieldRule>),
);
