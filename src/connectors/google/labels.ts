/**
 * The labels of a mailbox, by which Gmail says where a mail lies and what is noted on it: their names, what they stand for, and making the ones
 * that are missing. Names compare without case, as Gmail does. Vendor page: docs/remote-services/google.md#labels.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Place } from '../../model/email.ts';
import { RemoteFailure } from '../../model/failure.ts';
import { SALESFORCE_FOLDER } from '../../model/settings.ts';
import { refuse } from './failures.ts';
import { readAs, type Transport } from './transport.ts';

/** A person's own label: id and name (nested ones hold their whole path, `Customers/North`). */
export type Label = readonly [id: string, name: string];

export interface Labels {
  /** The labels known now, for the listing's cursor. */
  known(): readonly Label[] | null;
  /** What an earlier run knew. */
  recall(labels: readonly Label[]): void;
  /** Asks anew. */
  refresh(): Promise<void>;
  /** Asks when nothing is known, or when an id is met that is neither known nor Gmail's own; each such id once. */
  cover(ids: Iterable<string>): Promise<void>;
  /** The names that people gave, without the label *Salesforce Emails*. */
  categoriesOf(ids: readonly string[]): readonly string[];
  placeOf(ids: readonly string[]): Place;
  /** The id of a name; undefined where there is no such label. */
  idOf(name: string): string | undefined;
  /** The id of a name, whose label is made where it is missing. */
  ensure(name: string): Promise<string>;
}

/** Gmail's own labels are in capitals: INBOX, CATEGORY_SOCIAL, YELLOW_STAR. */
const isOwn = (id: string): boolean => /^[A-Z][A-Z0-9_]*$/.test(id) && !id.startsWith('LABEL_');
/** The ones among Gmail's own that say where a mail lies. */
const PLACES = new Set(['INBOX', 'SENT', 'DRAFT', 'SPAM', 'TRASH']);

/** Whether a label matters: reading, stars and Gmail's sorting by importance and category change nothing for us. */
export function matters(id: string): boolean {
  return PLACES.has(id) || !isOwn(id);
}

/** Mail that is not watched: drafts, spam, and what was thrown away. */
export function isUnwatched(ids: readonly string[]): boolean {
  return ids.includes('DRAFT') || isThrownAway(ids);
}

export function isThrownAway(ids: readonly string[]): boolean {
  return ids.includes('TRASH') || ids.includes('SPAM');
}

/**
 * A message's version. Mail itself never changes in Gmail, labels do: the version is made of those that matter, so that the answer to a write,
 * the history and the message tell the same one. docs/remote-services/google.md#versions
 */
export function versionOf(ids: readonly string[]): string {
  const sorted = [...new Set(ids.filter(matters))].toSorted();
  return createHash('sha256').update(sorted.join('\n')).digest('base64url').slice(0, 22);
}

const LABELS_MAX = 20_000;
const labelSchema = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string().optional().catch(undefined),
});
const listSchema = z.object({ labels: z.array(labelSchema).max(LABELS_MAX).default([]) });

export function createLabels(transport: Transport): Labels {
  let names: Map<string, string> | null = null;
  /** Ids that even a fresh list did not hold. */
  const strangers = new Set<string>();

  const refresh = async (): Promise<void> => {
    const answer = await transport.call({
      method: 'labels.list',
      verb: 'GET',
      path: 'labels',
      scope: 'mailbox',
    });
    const { labels } = readAs(listSchema, answer);
    const own = labels.filter(({ id, type }) =>
      type === undefined ? !isOwn(id) : type.toLowerCase() === 'user',
    );
    names = new Map(own.map(({ id, name }) => [id, name]));
  };
  const idOf = (name: string): string | undefined =>
    [...(names ?? [])].find(([, known]) => known.toLowerCase() === name.toLowerCase())?.[0];
  const create = async (name: string): Promise<string> => {
    try {
      const answer = await transport.call({
        method: 'labels.create',
        verb: 'POST',
        path: 'labels',
        body: { name, labelListVisibility: 'labelShow', messageListVisibility: 'show' },
        scope: 'mailbox',
      });
      const { id } = readAs(z.object({ id: z.string() }), answer);
      names?.set(id, name);
      return id;
    } catch (error) {
      // Somebody else made it at the same moment, or it is there under another case: the list tells.
      if (!(error instanceof RemoteFailure) || !MADE_ALREADY.has(error.failure.kind)) throw error;
      await refresh();
      const id = idOf(name);
      if (id === undefined) throw error;
      return id;
    }
  };
  return {
    known: () => (names === null ? null : [...names]),
    recall: (labels) => {
      names ??= new Map(labels);
    },
    refresh,
    async cover(ids) {
      if (names === null) await refresh();
      const unknown = [...ids].filter((id) => !isOwn(id) && names?.has(id) !== true && !strangers.has(id));
      if (unknown.length === 0) return;
      await refresh();
      for (const id of unknown) if (names?.has(id) !== true) strangers.add(id);
    },
    categoriesOf: (ids) => ids.flatMap((id) => names?.get(id) ?? []).filter((name) => !isFolderLabel(name)),
    placeOf(ids) {
      if (ids.some((id) => isFolderLabel(names?.get(id) ?? ''))) return 'salesforce-folder';
      if (ids.includes('INBOX')) return 'inbox';
      return ids.includes('SENT') ? 'sent' : 'other';
    },
    idOf,
    async ensure(name) {
      if (names === null) await refresh();
      return (
        idOf(name) ??
        (name.trim() === '' ? refuse('mailbox.request-invalid', 'LabelName') : await create(name))
      );
    },
  };
}

const MADE_ALREADY: ReadonlySet<string> = new Set(['transient', 'request-invalid', 'bad-item']);

function isFolderLabel(name: string): boolean {
  return name.toLowerCase() === SALESFORCE_FOLDER.toLowerCase();
}
