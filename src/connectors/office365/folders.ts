/**
 * Which folders hold mail that Lockstep watches, and as what: pure reading of Graph's folder tree by role, for names are localised. Folders of
 * waste, drafts and machinery are never watched, nor anything below them.
 */
import type { Place } from '../../model/email.ts';
import type { FeedId } from '../../model/ids.ts';
import { SALESFORCE_FOLDER } from '../../model/settings.ts';
import { wordOf } from './message.ts';

export interface Folder {
  readonly id: string;
  readonly parentId: string;
  readonly name: string;
}

/** Ids of the folders with a well-known name; one that the mailbox lacks has none. */
export type Roles = Readonly<Record<string, string>>;

/** https://learn.microsoft.com/graph/api/resources/mailfolder, in the order asked. */
export const WELL_KNOWN = [
  'inbox',
  'sentitems',
  'deleteditems',
  'junkemail',
  'drafts',
  'outbox',
  'conversationhistory',
  'syncissues',
  'conflicts',
  'localfailures',
  'serverfailures',
  'recoverableitemsdeletions',
  'scheduled',
  'searchfolders',
] as const;

const WATCHED_ROLES: ReadonlySet<string> = new Set(['inbox', 'sentitems']);

/** The tree after a page of its changes: `@removed` goes, hidden and search folders never count, everything else is as told. */
export function applyChanges(folders: readonly Folder[], changes: readonly unknown[]): readonly Folder[] {
  const byId = new Map(folders.map((folder) => [folder.id, folder]));
  for (const change of changes) {
    const told = (change ?? {}) as Record<string, unknown>;
    if (typeof told.id !== 'string') continue;
    if (told['@removed'] !== undefined || told.isHidden === true || isSearchFolder(told))
      byId.delete(told.id);
    else byId.set(told.id, readFolder(told.id, told, byId.get(told.id)));
  }
  return [...byId.values()];
}

/** A change may tell only what changed. */
function readFolder(id: string, told: Record<string, unknown>, before: Folder | undefined): Folder {
  const { displayName, parentFolderId } = told;
  return {
    id,
    parentId: typeof parentFolderId === 'string' ? parentFolderId : (before?.parentId ?? ''),
    name: typeof displayName === 'string' ? displayName : (before?.name ?? ''),
  };
}

function isSearchFolder(told: Record<string, unknown>): boolean {
  return wordOf(told['@odata.type']).endsWith('mailSearchFolder');
}

/** Whether two trees are the same but for their order. */
export function sameFolders(one: readonly Folder[], other: readonly Folder[]): boolean {
  const before = new Map(one.map((folder) => [folder.id, folder]));
  return (
    one.length === other.length &&
    other.every(({ id, parentId, name }) => {
      const known = before.get(id);
      return known?.parentId === parentId && known.name === name;
    })
  );
}

/** The watched folders and the place that each stands for, in the order given. */
export function watchedFolders(folders: readonly Folder[], roles: Roles): ReadonlyMap<FeedId, Place> {
  const byId = new Map(folders.map((folder) => [folder.id, folder]));
  const shunned = new Set(
    Object.entries(roles).flatMap(([role, id]) => (WATCHED_ROLES.has(role) ? [] : [id])),
  );
  const watched = new Map<FeedId, Place>();
  for (const folder of folders) {
    const line = lineage(folder, byId);
    if (line.some(({ id }) => shunned.has(id))) continue;
    watched.set(folder.id as FeedId, placeOf(line, roles));
  }
  return watched;
}

const DEPTH_MAX = 300;

/** The folder, its parent and so on upwards; a ring in a damaged tree ends at the limit. */
function lineage(folder: Folder, byId: ReadonlyMap<string, Folder>): readonly Folder[] {
  const line: Folder[] = [];
  for (let at: Folder | undefined = folder; at !== undefined && line.length < DEPTH_MAX; )
    at = line.push(at) > 0 ? byId.get(at.parentId) : undefined;
  return line;
}

/** The nearest folder upwards that means something decides. */
function placeOf(line: readonly Folder[], roles: Roles): Place {
  for (const folder of line) {
    if (folder.name.trim().toLowerCase() === SALESFORCE_FOLDER.toLowerCase()) return 'salesforce-folder';
    if (folder.id === roles.inbox) return 'inbox';
    if (folder.id === roles.sentitems) return 'sent';
  }
  return 'other';
}
