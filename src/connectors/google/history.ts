/**
 * A page of Gmail's history folded into one state per message: pure. What was added, relabelled in a way that matters, or deleted for good,
 * with the labels that the last record told. Vendor page: docs/remote-services/google.md#history.
 */
import { z } from 'zod';
import { isUnwatched, matters } from './labels.ts';

const messageSchema = z.object({ id: z.string(), labelIds: z.array(z.string()).optional() });
const addedSchema = z.array(z.object({ message: messageSchema })).default([]);
const relabelledSchema = z
  .array(z.object({ message: messageSchema, labelIds: z.array(z.string()).default([]) }))
  .default([]);
const recordSchema = z.object({
  id: z.string(),
  messagesAdded: addedSchema,
  messagesDeleted: addedSchema,
  labelsAdded: relabelledSchema,
  labelsRemoved: relabelledSchema,
});

export const historySchema = z.object({
  history: z.array(recordSchema).default([]),
  nextPageToken: z.string().optional(),
  historyId: z.string().optional(),
});

export type HistoryPage = z.infer<typeof historySchema>;

/** What became of a message: gone for good, or to be looked at, with its labels where the history told them. */
export interface Moved {
  readonly id: string;
  readonly kind: 'deleted' | 'added' | 'relabelled';
  readonly labelIds: readonly string[] | null;
}

interface State {
  deleted: boolean;
  added: boolean;
  relabelled: boolean;
  labelIds: readonly string[] | null;
}

/** What moved, in the order of first mention. Drafts, spam and trash are left out where their labels are told. */
export function foldHistory(page: HistoryPage): readonly Moved[] {
  const states = new Map<string, State>();
  const at = ({ id, labelIds }: z.infer<typeof messageSchema>): State => {
    const state = states.get(id) ?? { deleted: false, added: false, relabelled: false, labelIds: null };
    state.labelIds = labelIds ?? null;
    states.set(id, state);
    return state;
  };
  for (const record of inOrder(page)) {
    for (const { message } of record.messagesAdded) at(message).added = true;
    for (const { message, labelIds } of [...record.labelsRemoved, ...record.labelsAdded]) {
      const state = at(message);
      state.relabelled ||= labelIds.some(matters);
    }
    for (const { message } of record.messagesDeleted) at(message).deleted = true;
  }
  return [...states].flatMap(([id, state]) => movedOf(id, state));
}

function movedOf(id: string, { deleted, added, relabelled, labelIds }: State): readonly Moved[] {
  // A draft is another message each time that it is saved; none was ever read.
  if (deleted) return labelIds?.includes('DRAFT') === true ? [] : [{ id, kind: 'deleted', labelIds }];
  if (!added && !relabelled) return [];
  if (labelIds !== null && isUnwatched(labelIds)) return [];
  return [{ id, kind: relabelled ? 'relabelled' : 'added', labelIds }];
}

/** The furthest place that a page tells. */
export function endOf(page: HistoryPage, before: string): string {
  return [page.historyId ?? before, ...page.history.map(({ id }) => id)].reduce(
    (furthest, id) => (compareIds(id, furthest) > 0 ? id : furthest),
    before,
  );
}

function inOrder(page: HistoryPage): HistoryPage['history'] {
  return page.history.toSorted((a, b) => compareIds(a.id, b.id));
}

/** History ids are numbers of up to 64 bits, written in decimal. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
