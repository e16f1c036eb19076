/**
 * Where Lockstep keeps what it makes: the folder *Salesforce Contacts* and the default list of To Do. What the last listing told is kept; what it did not
 * is asked for when it is first needed, and the folder is made.
 */
import { failure, RemoteFailure } from '../../../model/failure.ts';
import { SALESFORCE_CONTACTS } from '../../../model/mailbox-item.ts';
import type { Json } from '../message.ts';
import type { GraphCall, Transport } from '../transport.ts';
import { textOf } from './body-text.ts';

/** Ids; null where there is none or it was not told. */
export interface Places {
  readonly folder: string | null;
  readonly list: string | null;
}

export const noPlaces: Places = { folder: null, list: null };

/** A mailbox has a handful of either; what stands on a further page is not looked for. */
const LISTED_MAX = 250;

export function foldersCall({ root }: Transport): GraphCall {
  const path = `${root}/contactFolders?$select=id,displayName&$top=${LISTED_MAX}`;
  return { method: 'GET', path, scope: 'mailbox' };
}

export function listsCall({ root }: Transport): GraphCall {
  return { method: 'GET', path: `${root}/todo/lists?$top=${LISTED_MAX}`, scope: 'mailbox' };
}

/** The folder *Salesforce Contacts* of a listing, its name in any letter case. */
export function folderOf(body: unknown): string | null {
  const wanted = SALESFORCE_CONTACTS.toLowerCase();
  return idWhere(body, ({ displayName }) => textOf(displayName).trim().toLowerCase() === wanted);
}

/** The default list; that of flagged mail is none of anybody's making. */
export function listOf(body: unknown): string | null {
  return idWhere(body, ({ wellknownListName }) => textOf(wellknownListName).toLowerCase() === 'defaultlist');
}

function idWhere(body: unknown, test: (entry: Json) => boolean): string | null {
  const { value } = (body ?? {}) as Json;
  const found = (Array.isArray(value) ? (value as readonly (Json | null)[]) : []).find(
    (entry) => entry !== null && test(entry),
  );
  return typeof found?.id === 'string' ? found.id : null;
}

export interface PlaceKeeper {
  known(): Places;
  /** What a listing told; `isFolderTold` where it looked for the folder, so that null is none. */
  learn(places: Places, isFolderTold: boolean): void;
  /** The list that tasks are in. Rejects where the mailbox has none. */
  list(): Promise<string>;
  /** The folder, or null where there is none. */
  folder(): Promise<string | null>;
  /** The folder, made where there is none. */
  folderToFill(): Promise<string>;
}

export function createPlaceKeeper(transport: Transport): PlaceKeeper {
  let places = noPlaces;
  let isFolderKnown = false;
  const ask = (call: GraphCall) => transport.json({ ...call, operation: 'list-items' });
  const findFolder = async (): Promise<string | null> => {
    const folder = folderOf(await ask(foldersCall(transport)));
    places = { ...places, folder };
    isFolderKnown = true;
    return folder;
  };
  return {
    known: () => places,
    learn(told, isFolderTold) {
      places = told;
      isFolderKnown = isFolderTold;
    },
    async list() {
      if (places.list !== null) return places.list;
      const list = listOf(await ask(listsCall(transport)));
      if (list === null)
        throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'NoDefaultList' }));
      places = { ...places, list };
      return list;
    },
    folder: async () => (isFolderKnown ? places.folder : await findFolder()),
    async folderToFill() {
      const known = await findFolder();
      if (known !== null) return known;
      const folder = (await makeFolder(transport)) ?? (await findFolder());
      if (folder === null)
        throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'NoContactFolder' }));
      places = { ...places, folder };
      return folder;
    },
  };
}

/** Null where somebody else made it in the same moment. */
async function makeFolder(transport: Transport): Promise<string | null> {
  try {
    const made = (await transport.json({
      method: 'POST',
      path: `${transport.root}/contactFolders`,
      body: { displayName: SALESFORCE_CONTACTS },
      operation: 'create-folder',
      scope: 'mailbox',
    })) as Json | null;
    return typeof made?.id === 'string' ? made.id : null;
  } catch (error) {
    if (!(error instanceof RemoteFailure) || error.failure.vendorCode !== 'ErrorFolderExists') throw error;
    return null;
  }
}
