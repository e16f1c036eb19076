/**
 * One function per EWS operation that Lockstep uses: each writes its request element in the schema's order and nothing else. Shapes
 * of answers are read in `mapping.ts` and `folders.ts`.
 */
import { escapeXml, type ServerVersion } from './soap.ts';

/** PidTagLocalCommitTimeMax and PidTagDeletedCountTotal (MS-OXCFOLD 2.2.2.2.1): a folder whose two marks stand has not changed. */
export const COMMIT_TIME_TAG = '0x670a';
export const DELETED_COUNT_TAG = '0x670b';
/** PidTagAttributeHidden (MS-OXCFOLD 2.2.2.2.2.1). */
export const HIDDEN_TAG = '0x10f4';
/** PidTagSenderSmtpAddress and PidTagSentRepresentingSmtpAddress (MS-OXOMSG 2.2.1.56, 2.2.1.57). */
export const SENDER_SMTP_TAG = '0x5d01';
export const FROM_SMTP_TAG = '0x5d02';
/** Headers of the mail itself that tell its kind where its class does not: docs/remote-services/exchange.md#kinds. */
export const CONTENT_TYPE_HEADER = 'Content-Type';
export const CONTENT_CLASS_HEADER = 'Content-Class';

/** SyncFolderItems returns 512 changes at most. */
const CHANGES_MAX = 512;

export type FolderRef = { readonly role: string } | { readonly id: string };

export const field = (uri: string): string => `<t:FieldURI FieldURI="${uri}"/>`;
export const tag = (propertyTag: string, type: string): string =>
  `<t:ExtendedFieldURI PropertyTag="${propertyTag}" PropertyType="${type}"/>`;
const header = (name: string): string =>
  `<t:IndexedFieldURI FieldURI="item:InternetMessageHeader" FieldIndex="${name}"/>`;
export const folder = (ref: FolderRef): string =>
  'role' in ref ? `<t:DistinguishedFolderId Id="${ref.role}"/>` : `<t:FolderId Id="${escapeXml(ref.id)}"/>`;
const itemIds = (ids: readonly string[]): string =>
  `<m:ItemIds>${ids.map((id) => `<t:ItemId Id="${escapeXml(id)}"/>`).join('')}</m:ItemIds>`;
export const idOnly = (...properties: readonly string[]): string =>
  '<t:BaseShape>IdOnly</t:BaseShape>' +
  (properties.length === 0 ? '' : `<t:AdditionalProperties>${properties.join('')}</t:AdditionalProperties>`);

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getfolder-operation */
export function getFolderMarks(ids: readonly string[]): string {
  const shape = idOnly(
    field('folder:TotalCount'),
    tag(COMMIT_TIME_TAG, 'SystemTime'),
    tag(DELETED_COUNT_TAG, 'Integer'),
  );
  return getFolder(
    shape,
    ids.map((id) => ({ id })),
  );
}

/** Ids of folders by role; names are localised, roles are not. Same page as above. */
export function getFolderRoles(roles: readonly string[]): string {
  return getFolder(
    idOnly(),
    roles.map((role) => ({ role })),
  );
}

/** What the signed-in account may do in a folder. Same page as above. */
export function getFolderRights(role: string): string {
  return getFolder(idOnly(field('folder:EffectiveRights')), [{ role }]);
}

/** Our own Inbox, then the Inbox of each address: the same folder has the same id. Same page as above. */
export function getInboxes(addresses: readonly string[]): string {
  const theirs = addresses.map(
    (address) =>
      '<t:DistinguishedFolderId Id="inbox"><t:Mailbox><t:EmailAddress>' +
      `${escapeXml(address)}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`,
  );
  return getFolderOf(idOnly(), folder({ role: 'inbox' }) + theirs.join(''));
}

function getFolder(shape: string, folders: readonly FolderRef[]): string {
  return getFolderOf(shape, folders.map(folder).join(''));
}

function getFolderOf(shape: string, ids: string): string {
  return `<m:GetFolder><m:FolderShape>${shape}</m:FolderShape><m:FolderIds>${ids}</m:FolderIds></m:GetFolder>`;
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderhierarchy-operation */
export function syncFolderHierarchy(syncState: string | null): string {
  const shape = idOnly(
    field('folder:ParentFolderId'),
    field('folder:FolderClass'),
    field('folder:DisplayName'),
    tag(HIDDEN_TAG, 'Boolean'),
  );
  return (
    `<m:SyncFolderHierarchy><m:FolderShape>${shape}</m:FolderShape>` +
    '<m:SyncFolderId><t:DistinguishedFolderId Id="msgfolderroot"/></m:SyncFolderId>' +
    `${syncStateElement(syncState)}</m:SyncFolderHierarchy>`
  );
}

/**
 * Ids and receiving times only: every further property costs the server a look-up per item.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderitems-operation
 */
export function syncFolderItems(
  folderId: string,
  syncState: string | null,
  changesMax = CHANGES_MAX,
): string {
  return (
    `<m:SyncFolderItems><m:ItemShape>${idOnly(field('item:DateTimeReceived'))}</m:ItemShape>` +
    `<m:SyncFolderId>${folder({ id: folderId })}</m:SyncFolderId>${syncStateElement(syncState)}` +
    `<m:MaxChangesReturned>${changesMax}</m:MaxChangesReturned>` +
    '<m:SyncScope>NormalItems</m:SyncScope></m:SyncFolderItems>'
  );
}

export const syncStateElement = (syncState: string | null): string =>
  syncState === null ? '' : `<m:SyncState>${escapeXml(syncState)}</m:SyncState>`;

/** Everything the rules look at and no body. https://learn.microsoft.com/exchange/client-developer/web-service-reference/getitem-operation */
export function getItemHeads(ids: readonly string[]): string {
  const shape = idOnly(
    ...HEAD_FIELDS.map(field),
    tag(SENDER_SMTP_TAG, 'String'),
    tag(FROM_SMTP_TAG, 'String'),
    header(CONTENT_TYPE_HEADER),
    header(CONTENT_CLASS_HEADER),
  );
  return getItem(shape, ids);
}

const HEAD_FIELDS = [
  'item:ParentFolderId',
  'item:ItemClass',
  'item:Subject',
  'item:Sensitivity',
  'item:DateTimeReceived',
  'item:DateTimeSent',
  'item:DateTimeCreated',
  'item:Size',
  'item:Categories',
  'item:InReplyTo',
  'item:IsDraft',
  'item:HasAttachments',
  'message:Sender',
  'message:ToRecipients',
  'message:CcRecipients',
  'message:BccRecipients',
  'message:From',
  'message:InternetMessageId',
  'message:IsRead',
  'message:References',
] as const;

/** In which folder an item lies. Same page as above. */
export function getItemFolder(id: string): string {
  return getItem(idOnly(field('item:ParentFolderId')), [id]);
}

/**
 * Ids of items in some folders, newest first, those of one mail or of any; a response message per folder.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/finditem-operation
 */
export function findItems(
  folderIds: readonly string[],
  wish: { readonly messageIds: readonly string[] | null; readonly itemsMax: number },
): string {
  const equal = (wish.messageIds ?? []).map(
    (id) =>
      `<t:IsEqualTo>${field('message:InternetMessageId')}` +
      `<t:FieldURIOrConstant><t:Constant Value="${escapeXml(id)}"/></t:FieldURIOrConstant></t:IsEqualTo>`,
  );
  const restriction =
    wish.messageIds === null ? '' : `<m:Restriction><t:Or>${equal.join('')}</t:Or></m:Restriction>`;
  return (
    `<m:FindItem Traversal="Shallow"><m:ItemShape>${idOnly(field('item:DateTimeReceived'))}</m:ItemShape>` +
    `<m:IndexedPageItemView MaxEntriesReturned="${wish.itemsMax}" Offset="0" BasePoint="Beginning"/>${restriction}` +
    `<m:SortOrder><t:FieldOrder Order="Descending">${field('item:DateTimeReceived')}</t:FieldOrder></m:SortOrder>` +
    `<m:ParentFolderIds>${folderIds.map((id) => folder({ id })).join('')}</m:ParentFolderIds></m:FindItem>`
  );
}

/** The mail as MIME. Same page as above. */
export function getItemMime(ids: readonly string[]): string {
  return getItem('<t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>', ids);
}

/** The body alone, for items that cannot be written as MIME. Same page as above. */
export function getItemBody(id: string, type: 'HTML' | 'Text'): string {
  const shape =
    `<t:BaseShape>IdOnly</t:BaseShape><t:BodyType>${type}</t:BodyType>` +
    `<t:AdditionalProperties>${field('item:Attachments')}${field('item:Body')}</t:AdditionalProperties>`;
  return getItem(shape, [id]);
}

/** Categories as they stand, with the version to write against. Same page as above. */
export function getItemCategories(ids: readonly string[]): string {
  return getItem(idOnly(field('item:Categories')), ids);
}

/** What the signed-in account may do with an item. Same page as above. */
export function getItemRights(id: string): string {
  return getItem(idOnly(field('item:EffectiveRights')), [id]);
}

/** Same page as above. */
export function getItem(shape: string, ids: readonly string[]): string {
  return `<m:GetItem><m:ItemShape>${shape}</m:ItemShape>${itemIds(ids)}</m:GetItem>`;
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getattachment-operation */
export function getAttachment(id: string, asMime: boolean): string {
  const shape = asMime
    ? '<m:AttachmentShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:AttachmentShape>'
    : '';
  const ids = `<m:AttachmentIds><t:AttachmentId Id="${escapeXml(id)}"/></m:AttachmentIds>`;
  return `<m:GetAttachment>${shape}${ids}</m:GetAttachment>`;
}

/** The element that an item is written as. */
export type ItemElement = 'Message' | 'CalendarItem' | 'Contact' | 'Task';

export interface CategoryChange {
  readonly itemId: string;
  readonly version: string;
  readonly categories: readonly string[];
}

/**
 * Writes categories and can tell nobody: no invitation, no receipt.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation
 */
export function updateItemCategories(
  changes: readonly CategoryChange[],
  version: ServerVersion,
  element: ItemElement = 'Message',
): string {
  // SuppressReadReceipts came with Exchange 2013 SP1.
  const receipts = version === 'Exchange2013_SP1' ? ' SuppressReadReceipts="true"' : '';
  return (
    '<m:UpdateItem ConflictResolution="AutoResolve" MessageDisposition="SaveOnly" ' +
    `SendMeetingInvitationsOrCancellations="SendToNone"${receipts}>` +
    `<m:ItemChanges>${changes.map((change) => itemChange(change, element)).join('')}</m:ItemChanges></m:UpdateItem>`
  );
}

function itemChange(change: CategoryChange, element: ItemElement): string {
  const id = `<t:ItemId Id="${escapeXml(change.itemId)}" ChangeKey="${escapeXml(change.version)}"/>`;
  const names = change.categories.map((name) => `<t:String>${escapeXml(name)}</t:String>`).join('');
  const update =
    change.categories.length === 0
      ? `<t:DeleteItemField>${field('item:Categories')}</t:DeleteItemField>`
      : `<t:SetItemField>${field('item:Categories')}` +
        `<t:${element}><t:Categories>${names}</t:Categories></t:${element}></t:SetItemField>`;
  return `<t:ItemChange>${id}<t:Updates>${update}</t:Updates></t:ItemChange>`;
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/resolvenames-operation */
export function resolveNames(entry: string): string {
  return (
    '<m:ResolveNames ReturnFullContactData="true" SearchScope="ActiveDirectory" ContactDataShape="AllProperties">' +
    `<m:UnresolvedEntry>${escapeXml(entry)}</m:UnresolvedEntry></m:ResolveNames>`
  );
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createfolder-operation */
export function createFolder(
  parentRole: string,
  name: string,
  element: 'Folder' | 'ContactsFolder' = 'Folder',
): string {
  const folderClass = element === 'Folder' ? '<t:FolderClass>IPF.Note</t:FolderClass>' : '';
  return (
    `<m:CreateFolder><m:ParentFolderId>${folder({ role: parentRole })}</m:ParentFolderId>` +
    `<m:Folders><t:${element}>${folderClass}<t:DisplayName>${escapeXml(name)}</t:DisplayName>` +
    `</t:${element}></m:Folders></m:CreateFolder>`
  );
}

/** The whole mailbox, whatever happens in it. https://learn.microsoft.com/exchange/client-developer/web-service-reference/subscribe-operation */
export function subscribeToAll(): string {
  const types = EVENT_TYPES.map((type) => `<t:EventType>${type}</t:EventType>`).join('');
  return (
    '<m:Subscribe><m:StreamingSubscriptionRequest SubscribeToAllFolders="true">' +
    `<t:EventTypes>${types}</t:EventTypes></m:StreamingSubscriptionRequest></m:Subscribe>`
  );
}

const EVENT_TYPES = ['NewMailEvent', 'CreatedEvent', 'MovedEvent', 'ModifiedEvent', 'DeletedEvent'] as const;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getstreamingevents-operation */
export function getStreamingEvents(subscriptionId: string, minutes: number): string {
  return (
    `<m:GetStreamingEvents><m:SubscriptionIds><t:SubscriptionId>${escapeXml(subscriptionId)}</t:SubscriptionId>` +
    `</m:SubscriptionIds><m:ConnectionTimeout>${minutes}</m:ConnectionTimeout></m:GetStreamingEvents>`
  );
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/unsubscribe-operation */
export function unsubscribe(subscriptionId: string): string {
  return `<m:Unsubscribe><m:SubscriptionId>${escapeXml(subscriptionId)}</m:SubscriptionId></m:Unsubscribe>`;
}
