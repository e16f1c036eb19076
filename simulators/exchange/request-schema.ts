/**
 * The part of schema validation that clients get wrong in practice: which children a request has, in which order, and
 * which must be there. A server that let these pass would hide bugs until the first real Exchange.
 */
import { schemaViolation } from './errors.ts';
import { checkItems } from './item-schema.ts';
import { MESSAGES_NAMESPACE } from './wire.ts';
import { child, type XmlNode } from './xml-tree.ts';

/** Children in schema order; a trailing `!` marks a required one, `|` parts of one choice. */
const SEQUENCES: Record<string, string> = {
  SyncFolderHierarchy: 'FolderShape! SyncFolderId SyncState',
  SyncFolderItems: 'ItemShape! SyncFolderId! SyncState Ignore MaxChangesReturned! SyncScope',
  GetFolder: 'FolderShape! FolderIds!',
  FindFolder: 'FolderShape! IndexedPageFolderView|FractionalPageFolderView Restriction ParentFolderIds!',
  CreateFolder: 'ParentFolderId! Folders!',
  GetItem: 'ItemShape! ItemIds!',
  FindItem:
    'ItemShape! IndexedPageItemView|FractionalPageItemView|SeekToConditionPageItemView|CalendarView|ContactsView GroupBy|DistinguishedGroupBy Restriction SortOrder ParentFolderIds! QueryString',
  UpdateItem: 'SavedItemFolderId ItemChanges!',
  CreateItem: 'SavedItemFolderId Items!',
  DeleteItem: 'ItemIds!',
  MoveItem: 'ToFolderId! ItemIds! ReturnNewItemIds',
  CopyItem: 'ToFolderId! ItemIds! ReturnNewItemIds',
  GetAttachment: 'AttachmentShape AttachmentIds!',
  ResolveNames: 'ParentFolderIds UnresolvedEntry!',
  GetUserConfiguration: 'UserConfigurationName! UserConfigurationProperties!',
  CreateUserConfiguration: 'UserConfiguration!',
  UpdateUserConfiguration: 'UserConfiguration!',
  DeleteUserConfiguration: 'UserConfigurationName!',
  GetServerTimeZones: 'Ids',
  Subscribe: 'PullSubscriptionRequest|PushSubscriptionRequest|StreamingSubscriptionRequest!',
  GetEvents: 'SubscriptionId! Watermark!',
  Unsubscribe: 'SubscriptionId!',
  GetStreamingEvents: 'SubscriptionIds! ConnectionTimeout!',
};

const ITEM_SHAPE =
  'BaseShape! IncludeMimeContent BodyType UniqueBodyType NormalizedBodyType FilterHtmlContent ConvertHtmlCodePageToUTF8 InlineImageUrlTemplate BlockExternalImages AddBlankTargetToLinks MaximumBodySize AdditionalProperties';
const FOLDER_SHAPE = 'BaseShape! AdditionalProperties';
const NON_EMPTY = [
  'FolderIds',
  'ItemIds',
  'ItemChanges',
  'ParentFolderIds',
  'AttachmentIds',
  'SubscriptionIds',
  'Items',
  'Folders',
];
const REQUIRED_ATTRIBUTES: Record<string, string> = {
  FindItem: 'Traversal',
  FindFolder: 'Traversal',
  UpdateItem: 'ConflictResolution',
  DeleteItem: 'DeleteType',
  ResolveNames: 'ReturnFullContactData',
};

/** Throws the ErrorSchemaValidation fault for a request that a real server's schema would refuse. */
export function checkRequest(request: XmlNode): void {
  if (request.namespace !== MESSAGES_NAMESPACE) {
    throw schemaViolation(
      `The element '${request.name}' in namespace '${request.namespace}' is not declared.`,
    );
  }
  const sequence = SEQUENCES[request.name];
  if (sequence === undefined) return;
  checkSequence(request, sequence);
  const attribute = REQUIRED_ATTRIBUTES[request.name];
  if (attribute !== undefined && request.attributes[attribute] === undefined) {
    throw schemaViolation(`The required attribute '${attribute}' is missing.`);
  }
  for (const node of request.children) {
    if (node.namespace !== MESSAGES_NAMESPACE) throw unexpected(request, node);
    if (node.name === 'ItemShape') checkSequence(node, ITEM_SHAPE);
    if (node.name === 'FolderShape') checkSequence(node, FOLDER_SHAPE);
    if (NON_EMPTY.includes(node.name) && node.children.length === 0) {
      throw schemaViolation(`The element '${node.name}' has incomplete content.`);
    }
  }
  checkDescriptions(request);
  checkItems(request);
}

function checkSequence(node: XmlNode, sequence: string): void {
  const slots = sequence.split(' ');
  let at = -1;
  for (const part of node.children) {
    const found = slots.findIndex((slot, index) => index > at && namesOf(slot).includes(part.name));
    if (found < 0) throw unexpected(node, part);
    const skipped = slots.slice(at + 1, found).find((slot) => slot.endsWith('!'));
    if (skipped !== undefined) throw unexpected(node, part);
    at = found;
  }
  const missing = slots.slice(at + 1).find((slot) => slot.endsWith('!'));
  if (missing !== undefined) {
    throw schemaViolation(
      `The element '${node.name}' has incomplete content; expected '${missing.slice(0, -1)}'.`,
    );
  }
}

/** SetItemField holds a path and an item with exactly that property. */
function checkDescriptions(request: XmlNode): void {
  for (const change of child(request, 'ItemChanges')?.children ?? []) {
    for (const update of child(change, 'Updates')?.children ?? []) {
      const wanted = update.name === 'DeleteItemField' ? 1 : 2;
      if (update.children.length !== wanted)
        throw schemaViolation(`The element '${update.name}' has invalid content.`);
    }
  }
}

function namesOf(slot: string): string[] {
  return slot.replace('!', '').split('|');
}

function unexpected(parent: XmlNode, part: XmlNode): Error {
  return schemaViolation(`The element '${parent.name}' has invalid child element '${part.name}'.`);
}
