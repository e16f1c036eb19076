/**
 * What lies in Deleted Items counts as gone, though its immutable id still opens it. Contacts name their folder; events tell it as a property of
 * Exchange, which is compared with the folder's own.
 */
import type { BatchAnswer } from '../batch.ts';
import { runBatch } from '../batch.ts';
import type { Json } from '../message.ts';
import type { GraphCall, Transport } from '../transport.ts';
import { ENTRY, expandProperties, PARENT, propertyOf } from './stamps.ts';

export interface Waste {
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

/** Asks once; a server that does not tell is not asked again. */
export function createWasteReader(transport: Transport): () => Promise<Waste> {
  let asked: Promise<Waste> | null = null;
  const path = `${transport.root}/mailFolders/deleteditems?$select=id&${expandProperties(ENTRY)}`;
  const call: GraphCall = { method: 'GET', path, scope: 'item' };
  const ask = async (): Promise<Waste> => {
    const [answer] = await runBatch(transport, 'read-items', [call]);
    return readWaste(answer);
  };
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = null;
      throw error;
    });
    return asked;
  };
}

function readWaste(answer: BatchAnswer | undefined): Waste {
  const folder = (answer?.ok === true ? answer.body : null) as Json | null;
  const key = folder === null ? null : folderKey(propertyOf(folder, ENTRY));
  return {
    holds(item) {
      if (typeof item.parentFolderId === 'string') return item.parentFolderId === folder?.id;
      const parent = folderKey(propertyOf(item, PARENT));
      return parent !== null && parent === key;
    },
  };
}
