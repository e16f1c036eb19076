/**
 * What lies in Deleted Items counts as gone, though its immutable id still opens it. Contacts name their folder; events tell it as a property of
 * Exchange, which is compared with the folder's own.
 */
import type { BatchAnswer } from '../batch.ts';
import type { Json } from '../message.ts';
import type { GraphCall, Transport } from '../transport.ts';
import { ENTRY, expandProperties, PARENT, propertyOf } from './stamps.ts';

export interface Waste {
  /** What is still to be asked, in one batch with the items; null once it is known. */
  call(): GraphCall | null;
  /** A folder that the server does not tell holds nothing. */
  learn(answer: BatchAnswer | undefined): void;
  /** Whether the item lies there, as far as it tells. */
  holds(item: Json): boolean;
}

/** Database and counter inside a folder's entry id ([MS-OXCDATA] 2.2.4.1); the bytes around them differ by who tells it. */
const FOLDER_FROM = 22;
const FOLDER_TO = 44;

function folderKey(entryId: string | null): string | null {
  const bytes = Buffer.from(entryId ?? '', 'base64');
  return bytes.length < FOLDER_TO ? null : bytes.subarray(FOLDER_FROM, FOLDER_TO).toString('hex');
}

export function createWaste(transport: Transport): Waste {
  const path = `${transport.root}/mailFolders/deleteditems?$select=id&${expandProperties(ENTRY)}`;
  let known: { readonly id: unknown; readonly key: string | null } | null = null;
  return {
    call: () => (known === null ? { method: 'GET', path, scope: 'item' } : null),
    learn(answer) {
      if (known !== null || answer === undefined) return;
      const folder = (answer.ok ? answer.body : null) as Json | null;
      known = { id: folder?.id, key: folder === null ? null : folderKey(propertyOf(folder, ENTRY)) };
    },
    holds(item) {
      if (typeof item.parentFolderId === 'string') return item.parentFolderId === known?.id;
      const parent = folderKey(propertyOf(item, PARENT));
      return parent !== null && parent === known?.key;
    },
  };
}
