/** The in-memory reference passes the contract of a mail service that it stands in for. */
import type { FeedId } from '../../src/model/ids.ts';
import { SALESFORCE_FOLDER } from '../../src/model/settings.ts';
import type { MailWorld } from '../support/mail-world.ts';
import {
  createMemoryMailbox,
  moveItem,
  openMemoryMailbox,
  putItem,
  setCategories,
  takeItem,
} from '../support/memory-mailbox.ts';
import { runMailContract } from './mail-connector.contract.ts';

function open(stableIds: boolean): MailWorld {
  let now = Date.UTC(2026, 0, 5, 8);
  const mailbox = createMemoryMailbox(() => now, { stableIds });
  const placeOf = (path: string) => {
    if (path === SALESFORCE_FOLDER) return 'salesforce-folder';
    return path.startsWith('Inbox/') ? 'inbox' : 'other';
  };
  return {
    mail: openMemoryMailbox(mailbox),
    refusal: 'credentials-rejected',
    addresses: mailbox.addresses,
    reopen: (password) => openMemoryMailbox(mailbox, password),
    deliver: (folder, { subject, body = 'Hello.', categories = [], receivedAt = now, attachments = [] }) => {
      const files = attachments.map((one) => ({ ...one, mediaType: 'application/octet-stream' }));
      return putItem(mailbox, folder, { subject, body, receivedAt, attachments: files }, categories);
    },
    setCategories: (itemId, categories) => {
      setCategories(mailbox, itemId, categories);
    },
    categoriesOf: (itemId) => mailbox.items.get(itemId)?.categories ?? [],
    move: (itemId, folder) => moveItem(mailbox, itemId, folder),
    remove: (itemId) => {
      takeItem(mailbox, itemId);
    },
    createFolder: (path) => {
      mailbox.folders.set(path as FeedId, placeOf(path));
    },
    removeFolder: (path) => {
      mailbox.folders.delete(path as FeedId);
    },
    expireCursors: () => {
      mailbox.epoch += 1;
    },
    throttle: (forMs) => {
      mailbox.throttledUntil = now + forMs;
    },
    callsWhileThrottled: () => mailbox.callsWhileThrottled,
    notificationsSent: () => 0,
    advance: (ms) => {
      now += ms;
    },
    close: async () => undefined,
  };
}

runMailContract({ name: 'The reference in memory', open: () => open(false) });
runMailContract({ name: 'The reference in memory whose ids survive a move', open: () => open(true) });
