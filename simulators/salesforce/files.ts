/**
 * Salesforce Files: a ContentVersion with its bytes makes a ContentDocument and the links to its owner and to the
 * record it was first published to. The bytes are kept so that tests can compare them.
 */
import { createHash } from 'node:crypto';
import { cannotDeserialize, RecordError } from './errors.ts';
import { tableOf } from './organization.ts';
import { addRow, findRows, patchSilently, rowOf, textOf, type Writer } from './store.ts';
import { type Row, toDateTime } from './values.ts';

const FILE_BYTES_MAX = 2 * 1024 * 1024 * 1024;

/** Checks and completes a new version before it is stored; its bytes are taken out of the row and handed back. */
export function completeVersion(writer: Writer, row: Row): Uint8Array | undefined {
  const isLink = row.ContentUrl !== undefined && row.ContentUrl !== null;
  const missing: string[] = [];
  const path = textOf(row, 'PathOnClient');
  if (!isLink && path === '') missing.push('PathOnClient');
  if (!isLink && typeof row.VersionData !== 'string') missing.push('VersionData');
  if (missing.length > 0) {
    throw new RecordError(
      'REQUIRED_FIELD_MISSING',
      `Required fields are missing: [${missing.join(', ')}]`,
      missing,
    );
  }
  const bytes = isLink ? undefined : readBytes(textOf(row, 'VersionData'));
  delete row.VersionData;
  const fileName = path.split(/[\\/]/).at(-1) ?? '';
  const dot = fileName.lastIndexOf('.');
  const extension = dot > 0 ? fileName.slice(dot + 1).toLowerCase() : '';
  row.Title =
    textOf(row, 'Title') || (dot > 0 ? fileName.slice(0, dot) : fileName) || textOf(row, 'ContentUrl');
  row.FileExtension = extension === '' ? null : extension;
  row.FileType = isLink ? 'LINK' : extension === '' ? 'UNKNOWN' : extension.toUpperCase().slice(0, 20);
  row.ContentSize = bytes?.byteLength ?? 0;
  if (bytes !== undefined) row.Checksum = createHash('md5').update(bytes).digest('hex');
  row.ContentLocation = row.ContentLocation ?? (isLink ? 'L' : 'S');
  row.Origin = row.Origin ?? 'C';
  row.PublishStatus = 'P';
  row.SharingOption = row.SharingOption ?? 'A';
  row.SharingPrivacy = row.SharingPrivacy ?? 'N';
  row.ContentModifiedDate = row.ContentModifiedDate ?? toDateTime(writer.now);
  row.ContentModifiedById = writer.user.id;
  row.IsLatest = true;
  row.IsMajorVersion = row.IsMajorVersion ?? true;
  if (textOf(row, 'ContentDocumentId') !== '' && textOf(row, 'FirstPublishLocationId') !== '') {
    throw new RecordError('FIELD_INTEGRITY_EXCEPTION', 'FirstPublishLocationId is only for new documents', [
      'FirstPublishLocationId',
    ]);
  }
  return bytes;
}

/** Adds document and links of a stored version and keeps its bytes. */
export function publishVersion(writer: Writer, id: string, bytes: Uint8Array | undefined): void {
  const { organization } = writer;
  const row = rowOf(writer, 'ContentVersion', id);
  if (row === undefined) return;
  if (bytes !== undefined) {
    organization.blobs.set(id, bytes);
    organization.journal.remember(() => organization.blobs.delete(id));
  }
  const given = textOf(row, 'ContentDocumentId');
  const documentId = given === '' ? addDocument(writer, row) : given;
  const older = findRows(writer, 'ContentVersion', 'ContentDocumentId', documentId).filter(
    (version) => version.Id !== id,
  );
  for (const version of older)
    patchSilently(writer, 'ContentVersion', String(version.Id), { IsLatest: false });
  patchSilently(writer, 'ContentVersion', id, {
    ContentDocumentId: documentId,
    VersionNumber: String(older.length + 1),
  });
  patchSilently(writer, 'ContentDocument', documentId, {
    LatestPublishedVersionId: id,
    Title: row.Title ?? null,
    FileExtension: row.FileExtension ?? null,
    FileType: row.FileType ?? null,
    ContentSize: row.ContentSize ?? 0,
    ContentModifiedDate: row.ContentModifiedDate ?? null,
  });
  if (given !== '') return;
  linkDocument(writer, documentId, textOf(row, 'OwnerId'), 'I');
  const location = textOf(row, 'FirstPublishLocationId');
  if (location !== '' && location !== row.OwnerId) linkDocument(writer, documentId, location);
}

/** Links a document to a record, once. Gives the link's id. */
export function linkDocument(writer: Writer, documentId: string, entityId: string, shareType = 'V'): string {
  const present = findRows(writer, 'ContentDocumentLink', 'ContentDocumentId', documentId).find(
    (link) => link.LinkedEntityId === entityId,
  );
  if (present !== undefined) return String(present.Id);
  const type = writer.organization.schema.types.get('contentdocumentlink');
  if (type === undefined) throw new Error('no ContentDocumentLink');
  const id = addRow(writer, type, {
    ContentDocumentId: documentId,
    LinkedEntityId: entityId,
    ShareType: shareType,
    Visibility: 'AllUsers',
  });
  markAttachment(writer, entityId);
  return id;
}

/** An e-mail with a file has an attachment. */
export function markAttachment(writer: Writer, entityId: string): void {
  if (rowOf(writer, 'EmailMessage', entityId) === undefined) return;
  patchSilently(writer, 'EmailMessage', entityId, { HasAttachment: true });
}

/** Refuses a second link between the same document and record. */
export function checkLink(writer: Writer, row: Row): void {
  const links = findRows(
    writer,
    'ContentDocumentLink',
    'ContentDocumentId',
    textOf(row, 'ContentDocumentId'),
  );
  const twin = links.find((link) => link.LinkedEntityId === row.LinkedEntityId);
  if (twin !== undefined) {
    throw new RecordError(
      'DUPLICATE_VALUE',
      `duplicate value found: <unknown> duplicates value on record with id: <unknown>`,
    );
  }
  row.ShareType = row.ShareType ?? 'V';
  row.Visibility = row.Visibility ?? 'AllUsers';
}

/** The versions of a document, for deleting them with it. */
export function versionsOf(writer: Writer, documentId: string): string[] {
  const ids: string[] = [];
  for (const id of tableOf(writer.organization, 'ContentVersion').find('ContentDocumentId', documentId)) {
    ids.push(id);
  }
  return ids;
}

function addDocument(writer: Writer, version: Row): string {
  const type = writer.organization.schema.types.get('contentdocument');
  if (type === undefined) throw new Error('no ContentDocument');
  return addRow(writer, type, {
    Title: version.Title ?? null,
    OwnerId: version.OwnerId ?? writer.user.id,
    PublishStatus: 'P',
    SharingOption: 'A',
    SharingPrivacy: 'N',
    Description: version.Description ?? null,
  });
}

function readBytes(base64: string): Uint8Array {
  const compact = base64.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
    throw cannotDeserialize('base64binary', '');
  }
  const bytes = new Uint8Array(Buffer.from(compact, 'base64'));
  if (bytes.byteLength > FILE_BYTES_MAX) {
    throw new RecordError('FILE_SIZE_LIMIT_EXCEEDED', 'file is too large', ['VersionData']);
  }
  return bytes;
}
