/**
 * A mail as completed tasks, for orgs without Enhanced Email; pure. A task points at one person, so a mail with several makes several, unless the org
 * shares activities. Vendor page: docs/remote-services/salesforce.md#task.
 */
import { convert } from 'html-to-text';
import type { Instant } from '../../model/clock.ts';
import type { EmailDraft, Person } from '../../model/connector.ts';
import type { Address } from '../../model/email.ts';
import { isCreateable, type ObjectShape } from './describe.ts';
import { keyLine } from './known-tasks.ts';
import { lengthOf, writable } from './mapping.ts';
import type { Row } from './operations.ts';
import { hasKeyField, KEY_FIELD } from './org.ts';
import { cutText } from './text.ts';

/** E4: linking to several records makes at most this many tasks. */
const TASK_COPIES_MAX = 10;
/** Shared Activities: contacts on one task. */
const SHARED_CONTACTS_MAX = 50;
const DESCRIPTION_LENGTH_MAX = 32_000;
/** A body longer than this is cut before it is converted: nothing of its rest would fit. */
const HTML_LENGTH_MAX = 1_000_000;

export interface TaskContext {
  /** A value of Task.Status that counts as closed. */
  readonly closedStatus: string;
  /** IANA zone of the user: a task has a date, not an instant. */
  readonly timeZone: string;
  /** Whose task it is, where that is not the connected user. */
  readonly ownerId?: string | null;
}

/** The tasks of a mail; the first one is *the* record, carries the key and the files. */
export function toTasks(draft: EmailDraft, shape: ObjectShape, context: TaskContext): readonly Row[] {
  const people = distinctPeople(draft);
  const shared = isCreateable(shape, 'TaskWhoIds') ? people.filter(({ kind }) => kind === 'contact') : [];
  const common = {
    ...(context.ownerId == null ? {} : { OwnerId: context.ownerId }),
    TaskSubtype: 'Email',
    Status: context.closedStatus,
    Subject: draft.head.subject === '' ? 'Email' : draft.head.subject,
    ActivityDate: localDate(draft.head.sentAt ?? draft.head.receivedAt, context.timeZone),
    Description: describeMail(draft, lengthOf(shape, 'Description', DESCRIPTION_LENGTH_MAX)),
  };
  const first = shared[0] ?? people[0];
  const rest = people.filter((person) => person !== first && !(shared.length > 1 && shared.includes(person)));
  const key = hasKeyField(shape) ? { [KEY_FIELD]: draft.key } : {};
  const sharing =
    shared.length > 1
      ? { TaskWhoIds: shared.slice(0, SHARED_CONTACTS_MAX).map(({ recordId }) => recordId) }
      : {};
  return [
    writable(shape, { ...common, ...key, WhatId: whatFor(first, draft), WhoId: first?.recordId, ...sharing }),
    ...rest
      .slice(0, TASK_COPIES_MAX - 1)
      .map((person) =>
        writable(shape, { ...common, WhatId: whatFor(person, draft), WhoId: person.recordId }),
      ),
  ];
}

/** A lead's task may not be related to anything else (FIELD_INTEGRITY_EXCEPTION). */
function whatFor(person: Person | undefined, draft: EmailDraft): string | null {
  return person?.kind === 'lead' ? null : draft.relatedTo;
}

/** Contacts before leads, each once, in the order of the mail's addresses. */
function distinctPeople(draft: EmailDraft): readonly Person[] {
  const { head } = draft;
  const addresses = [head.from, ...head.to, ...head.cc, ...head.bcc];
  const found = new Map<string, Person>();
  for (const address of addresses) {
    const person = address === null ? undefined : draft.people.get(address.address);
    if (person !== undefined && person.kind !== 'internal') found.set(person.recordId, person);
  }
  const people = [...found.values()];
  return [
    ...people.filter(({ kind }) => kind === 'contact'),
    ...people.filter(({ kind }) => kind === 'lead'),
  ];
}

function describeMail(draft: EmailDraft, lengthMax: number): string {
  const { head, content } = draft;
  const lines = [
    line('From', head.from === null ? [] : [head.from]),
    // Before the recipients, who may fill the whole field.
    keyLine(draft.key),
    line('To', head.to),
    line('CC', head.cc),
    line('BCC', head.bcc),
  ].filter((text) => text !== null);
  return cutText(`${lines.join('\n')}\n\n${bodyText(content.text, content.html)}`, lengthMax);
}

function line(label: string, addresses: readonly Address[]): string | null {
  const text = addresses
    .filter(({ address }) => address !== '')
    .map(({ name, address }) => (name === '' ? address : `${name} <${address}>`))
    .join('; ');
  return text === '' ? null : `${label}: ${text}`;
}

function bodyText(text: string | null, html: string | null): string {
  if (text !== null && text.trim() !== '') return text;
  if (html === null) return '';
  return convert(cutText(html, HTML_LENGTH_MAX), {
    wordwrap: false,
    selectors: [{ selector: 'img', format: 'skip' }],
    limits: { maxDepth: 100, maxInputLength: HTML_LENGTH_MAX },
  });
}

/** `2026-11-23` where the user is; UTC when the zone is not known to us. */
export function localDate(at: Instant, timeZone: string): string {
  const zone = isZone(timeZone) ? timeZone : 'UTC';
  return new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(at);
}

function isZone(timeZone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone }) !== null;
  } catch {
    return false;
  }
}
