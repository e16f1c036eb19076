/** Ends the life of the delta tokens of a mailbox's calendars, contacts or tasks. */
import type { Mailbox } from './mailbox.ts';

export type TrackedKind = 'calendars' | 'contacts' | 'tasks';

/** Ends the epoch of every collection of a kind. */
export function expireTokens(mailbox: Mailbox, kind: TrackedKind): void {
  const { calendars, contacts, todo } = mailbox;
  if (kind === 'calendars') for (const calendar of calendars.calendars.values()) calendar.epoch += 1;
  if (kind === 'contacts') {
    contacts.folderEpoch += 1;
    for (const folder of contacts.folders.values()) folder.epoch += 1;
  }
  if (kind === 'tasks') {
    todo.listEpoch += 1;
    for (const list of todo.lists.values()) list.epoch += 1;
  }
}
