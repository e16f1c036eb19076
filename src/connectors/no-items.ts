/** For connectors that have mail alone: they list no feeds of items, so none of these is ever asked for. */
import type { Collection } from '../model/collection.ts';
import { failure, RemoteFailure } from '../model/failure.ts';
import type { ItemCapabilities, MailItems } from '../model/mail-items.ts';

const why = { able: false, reason: 'This connector has mail alone.' } as const;
const none: ItemCapabilities = { fields: {}, categories: why, stamps: why, meetingWrites: why, batchMax: 1 };
const reject = () => Promise.reject(new RemoteFailure(failure('mailbox.request-invalid')));

export const noItems: MailItems = {
  capabilities: { events: none, contacts: none, tasks: none } satisfies Record<Collection, ItemCapabilities>,
  readItemChanges: reject,
  readOccurrences: reject,
  readItems: reject,
  createItems: reject,
  updateItems: reject,
  markItems: reject,
};
