/**
 * What can be done with mail folders, master categories and ids: list, read, make, rename, delete, translate.
 * https://learn.microsoft.com/graph/api/resources/mailfolder
 */
import { badRequest, GraphError } from './errors.ts';
import { pickExtended } from './extended-properties.ts';
import { findFolder } from './find-item.ts';
import { answer, type GraphAnswer, type MailboxCall, readJson, textOf } from './graph-call.ts';
import { drawGuid, folderEntryId, toEwsId } from './ids.ts';
import type { ItemIds } from './item-source.ts';
import {
  addFolder,
  childrenOf,
  deliver,
  type Folder,
  moveFolder,
  removeFolder,
  renameFolder,
} from './mailbox.ts';
import { showCategory, showFolder } from './message-json.ts';
import { listPage, readSelect } from './odata.ts';
import { readODataFilter } from './odata-filter.ts';

/** Folders directly below the root, or below the one the path names. */
export function listFolders(call: MailboxCall): Promise<GraphAnswer> {
  const parent = parentOf(call);
  const withHidden = call.query.get('includeHiddenFolders') === 'true';
  const filter = call.query.get('$filter');
  const test = filter === null ? undefined : readODataFilter(filter);
  const folders = childrenOf(call.mailbox, parent)
    .filter((folder) => withHidden || !folder.isHidden)
    .filter((folder) => test === undefined || test.test(showFolder(call.mailbox, folder, undefined)));
  const context = `users('${call.user.id}')/mailFolders`;
  return listPage(call, context, folders, (folder) => showExpanded(call, folder));
}

export function countFolders(call: MailboxCall): GraphAnswer {
  const { length } = childrenOf(call.mailbox, parentOf(call)).filter((folder) => !folder.isHidden);
  return { status: 200, content: { type: 'text/plain', bytes: Buffer.from(String(length)) } };
}

/** PidTagEntryId. */
const ENTRY = 'binary 0xfff';

/** A folder as the query selects it, with its children where `$expand=childFolders` asks for them. */
function showExpanded(call: MailboxCall, folder: Folder): Record<string, unknown> {
  const expand = call.query.get('$expand') ?? '';
  const extended = pickExtended(expand, (id) => (id === ENTRY ? folderEntryId(folder.id) : undefined));
  const shown = {
    ...showFolder(call.mailbox, folder, readSelect(call.query)),
    ...(extended.length === 0 ? {} : { singleValueExtendedProperties: extended }),
  };
  if (!/(?:^|,)\s*childFolders/i.test(expand)) return shown;
  const children = childrenOf(call.mailbox, folder).filter((each) => !each.isHidden);
  return { ...shown, childFolders: children.map((each) => showFolder(call.mailbox, each, undefined)) };
}

export function moveFolderTo(call: MailboxCall): GraphAnswer {
  const folder = findFolder(call, call.parts.folder ?? '');
  const target = findFolder(call, textOf(readJson(call), 'destinationId'));
  if (folder.role !== undefined) {
    throw new GraphError('ErrorMoveDistinguishedFolder', 'Distinguished folders cannot be moved.', 403);
  }
  checkName(call, target, folder.displayName);
  moveFolder(call.mailbox, folder, target);
  return showOne(call, folder, 201);
}

export function copyFolderTo(call: MailboxCall): GraphAnswer {
  const folder = findFolder(call, call.parts.folder ?? '');
  const target = findFolder(call, textOf(readJson(call), 'destinationId'));
  checkName(call, target, folder.displayName);
  return showOne(call, copyInto(call, folder, target), 201);
}

function copyInto(call: MailboxCall, folder: Folder, target: Folder): Folder {
  const children = childrenOf(call.mailbox, folder);
  const copy = addFolder(call.mailbox, target, folder.displayName);
  for (const { raw, receivedAt, isRead, categories } of folder.messages.values()) {
    deliver(call.mailbox, copy, raw, { receivedAt, isRead, categories: [...categories] });
  }
  for (const child of children) copyInto(call, child, copy);
  return copy;
}

export function getFolder(call: MailboxCall): GraphAnswer {
  return showOne(call, findFolder(call, call.parts.folder ?? ''), 200);
}

export function createFolder(call: MailboxCall): GraphAnswer {
  const parent = parentOf(call);
  const name = textOf(readJson(call), 'displayName');
  checkName(call, parent, name);
  return showOne(call, addFolder(call.mailbox, parent, name), 201);
}

export function updateFolder(call: MailboxCall): GraphAnswer {
  const folder = findFolder(call, call.parts.folder ?? '');
  const name = textOf(readJson(call), 'displayName');
  if (folder.role !== undefined) throw new GraphError('ErrorAccessDenied');
  checkName(call, folder.parent, name);
  renameFolder(call.mailbox, folder, name);
  return showOne(call, folder, 200);
}

export function deleteFolder(call: MailboxCall): GraphAnswer {
  const folder = findFolder(call, call.parts.folder ?? '');
  if (folder.role !== undefined) {
    throw new GraphError('ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be deleted.', 403);
  }
  removeFolder(call.mailbox, folder);
  return { status: 204 };
}

function parentOf(call: MailboxCall): Folder {
  return findFolder(call, call.parts.folder ?? 'msgfolderroot');
}

function checkName(call: MailboxCall, parent: Folder | undefined, name: string): void {
  const wanted = name.toLowerCase();
  const isTaken = [...call.mailbox.folders.values()].some(
    (folder) => folder.parent === parent && folder.displayName.toLowerCase() === wanted,
  );
  if (isTaken) throw new GraphError('ErrorFolderExists');
}

function showOne(call: MailboxCall, folder: Folder, status: number): GraphAnswer {
  return answer(call, `users('${call.user.id}')/mailFolders/$entity`, showExpanded(call, folder), status);
}

export function listCategories(call: MailboxCall): Promise<GraphAnswer> {
  const query = new URLSearchParams(call.query);
  if (!query.has('$top')) query.set('$top', '1000');
  const context = `users('${call.user.id}')/outlook/masterCategories`;
  return listPage({ ...call, query }, context, call.mailbox.categories, showCategory);
}

export function createCategory(call: MailboxCall): GraphAnswer {
  const body = readJson(call);
  const displayName = textOf(body, 'displayName');
  const color = readColor(body.color ?? 'none');
  const isTaken = call.mailbox.categories.some(
    (each) => each.displayName.toLowerCase() === displayName.toLowerCase(),
  );
  if (isTaken) throw new GraphError('CategoryNameAlreadyExists', 'A category with this name exists.', 409);
  const category = { id: drawGuid(call.world.random), displayName, color };
  call.mailbox.categories.push(category);
  return answer(
    call,
    `users('${call.user.id}')/outlook/masterCategories/$entity`,
    showCategory(category),
    201,
  );
}

/** One of the 25 preset colours, or none. */
function readColor(color: unknown): string {
  if (typeof color === 'string' && /^(none|preset([0-9]|1[0-9]|2[0-4]))$/i.test(color)) return color;
  throw badRequest('The value of color is not a categoryColor.');
}

function categoryOf(call: MailboxCall) {
  const category = call.mailbox.categories.find((each) => each.id === call.parts.category);
  if (category === undefined) throw new GraphError('ErrorItemNotFound');
  return category;
}

export function getCategory(call: MailboxCall): GraphAnswer {
  const context = `users('${call.user.id}')/outlook/masterCategories/$entity`;
  return answer(call, context, showCategory(categoryOf(call)));
}

/** Only the colour can be changed; the name stays for good. */
export function updateCategory(call: MailboxCall): GraphAnswer {
  const category = categoryOf(call);
  const { color, displayName } = readJson(call);
  if (displayName !== undefined && displayName !== category.displayName) {
    throw new GraphError('ErrorInvalidPropertySet', 'The name of a category cannot be changed.', 400);
  }
  if (color !== undefined) category.color = readColor(color);
  return getCategory(call);
}

export function deleteCategory(call: MailboxCall): GraphAnswer {
  const index = call.mailbox.categories.findIndex((each) => each.id === call.parts.category);
  if (index < 0) throw new GraphError('ErrorItemNotFound');
  call.mailbox.categories.splice(index, 1);
  return { status: 204 };
}

const FORMATS = new Set(['entryId', 'ewsId', 'immutableEntryId', 'restId', 'restImmutableEntryId']);

/** translateExchangeIds: up to 1,000 ids between the forms this simulator has (REST, immutable REST, EWS). */
export function translateIds(call: MailboxCall): GraphAnswer {
  const body = readJson(call);
  const { inputIds } = body;
  const source = textOf(body, 'sourceIdType');
  const target = textOf(body, 'targetIdType');
  if (!Array.isArray(inputIds) || !FORMATS.has(source) || !FORMATS.has(target))
    throw badRequest('Invalid id format.');
  if (inputIds.length > 1000) throw badRequest('The number of ids exceeds 1000.');
  const { messages, calendars, contacts } = call.mailbox;
  const bySource = new Map<string, ItemIds>();
  for (const item of [...messages.values(), ...calendars.events.values(), ...contacts.contacts.values()]) {
    bySource.set(source === 'ewsId' ? toEwsId(item.restId) : item.restId, item);
    bySource.set(item.immutableId, item);
  }
  const value = inputIds.map((sourceId: unknown) => {
    const item = bySource.get(String(sourceId));
    if (item === undefined) {
      return { sourceId, errorDetails: { code: 'ErrorInvalidIdMalformed', message: 'Id is malformed.' } };
    }
    const forms: Record<string, string> = {
      restId: item.restId,
      ewsId: toEwsId(item.restId),
      restImmutableEntryId: item.immutableId,
    };
    return { sourceId, targetId: forms[target] ?? toEwsId(item.immutableId) };
  });
  return answer(call, 'Collection(microsoft.graph.convertIdResult)', { value });
}
