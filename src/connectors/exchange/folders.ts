/**
 * Which folders hold mail that Lockstep watches, and as what: pure reading of folder trees by role, for names are localised. Folders
 * of waste, drafts and machinery are never watched, nor anything below them.
 */
import type { Place } from '../../model/email.ts';
import type { FeedId } from '../../model/ids.ts';
import { SALESFORCE_FOLDER } from '../../model/settings.ts';
import { propertyByTag } from './mapping.ts';
import { COMMIT_TIME_TAG, DELETED_COUNT_TAG, HIDDEN_TAG } from './operations.ts';
import { child, type ServerVersion, textOf, type XmlNode } from './soap.ts';

export interface Folder {
  readonly id: string;
  readonly parentId: string;
  readonly name: string;
  /** `IPF.Note`, `''` when the service names none. */
  readonly folderClass: string;
}

/** Ids of the folders with a role; a role that the mailbox lacks has none. */
export type Roles = Readonly<Record<string, string>>;

const WATCHED_ROLES = ['inbox', 'sentitems'] as const;
/** Where calendar, contacts and tasks lie; named here for one request asks for all roles. */
const ITEM_FOLDER_ROLES = ['calendar', 'contacts', 'tasks'] as const;
const SHUNNED_ROLES = ['deleteditems', 'junkemail', 'drafts', 'outbox'] as const;
/** Roles that the schema knows since Exchange 2013 only; naming them to an older server is a schema error. */
const NEWER_ROLES = [
  'syncissues',
  'conflicts',
  'localfailures',
  'serverfailures',
  'conversationhistory',
] as const;

/** The roles to ask ids for, in the order asked. */
export function rolesToAsk(version: ServerVersion): readonly string[] {
  const known = [...WATCHED_ROLES, ...SHUNNED_ROLES, ...ITEM_FOLDER_ROLES];
  return version === 'Exchange2010_SP2' ? known : [...known, ...NEWER_ROLES];
}

/** English names of the newer roles, for servers that do not know the roles; there nothing better exists. */
const SHUNNED_NAMES = new Set(['sync issues', 'conversation history']);

/** A folder element of any kind; null for search folders, hidden ones and those without an id. */
export function readFolder(element: XmlNode | undefined): Folder | null {
  const id = child(element, 'FolderId')?.attributes.Id;
  if (element === undefined || id === undefined || element.name === 'SearchFolder') return null;
  if (propertyByTag(element, HIDDEN_TAG)?.toLowerCase() === 'true') return null;
  const folderClass = textOf(element, 'FolderClass') ?? CLASS_OF_ELEMENT[element.name] ?? '';
  return {
    id,
    parentId: child(element, 'ParentFolderId')?.attributes.Id ?? '',
    name: textOf(element, 'DisplayName') ?? '',
    folderClass,
  };
}

const CLASS_OF_ELEMENT: Readonly<Record<string, string>> = {
  CalendarFolder: 'IPF.Appointment',
  ContactsFolder: 'IPF.Contact',
  TasksFolder: 'IPF.Task',
};

/** The two properties that tell whether anything moved in a folder; an empty folder may lack them, an old server lacks them always. */
export interface FolderMarks {
  readonly commitTime: string | null;
  readonly deletedCount: string | null;
  readonly totalCount: string | null;
}

export function readMarks(element: XmlNode | undefined): FolderMarks {
  return {
    commitTime: propertyByTag(element, COMMIT_TIME_TAG),
    deletedCount: propertyByTag(element, DELETED_COUNT_TAG),
    totalCount: textOf(element, 'TotalCount'),
  };
}

/** The watched folders and the place that each stands for, in the order given. */
export function watchedFolders(folders: readonly Folder[], roles: Roles): ReadonlyMap<FeedId, Place> {
  const byId = new Map(folders.map((folder) => [folder.id, folder]));
  const shunned = new Set([...SHUNNED_ROLES, ...NEWER_ROLES].flatMap((role) => roles[role] ?? []));
  const knowsNewerRoles = NEWER_ROLES.some((role) => roles[role] !== undefined);
  const isShunned = (folder: Folder): boolean =>
    shunned.has(folder.id) || (!knowsNewerRoles && SHUNNED_NAMES.has(folder.name.toLowerCase()));
  const watched = new Map<FeedId, Place>();
  for (const folder of folders) {
    if (!holdsMail(folder)) continue;
    const line = lineage(folder, byId);
    if (line.some(isShunned)) continue;
    watched.set(folder.id as FeedId, placeOf(line, roles));
  }
  return watched;
}

function holdsMail(folder: Folder): boolean {
  const folderClass = folder.folderClass.toLowerCase();
  return folderClass === '' || folderClass === 'ipf.note' || folderClass.startsWith('ipf.note.');
}

const DEPTH_MAX = 300;

/** The folder, its parent and so on upwards; a ring in a damaged tree ends at the limit. */
export function lineage(folder: Folder, byId: ReadonlyMap<string, Folder>): readonly Folder[] {
  const line: Folder[] = [];
  for (let at: Folder | undefined = folder; at !== undefined && line.length < DEPTH_MAX; ) {
    line.push(at);
    at = byId.get(at.parentId);
  }
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
