/** Every request is judged by Microsoft's own schema; skipped with a line where the contracts are absent. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';
import { describe, expect, it } from 'vitest';
import * as operations from './operations.ts';
import { type ServerVersion, writeEnvelope } from './soap.ts';

const SCHEMA = resolve('../shared/contracts/ews/xsd-15.2.2562/envelope.xsd');
const present = existsSync(SCHEMA);
if (!present) process.stdout.write('skipped: no EWS schema beside the project\n');

const awkward = 'a&b<c>"d"';
const change = { itemId: awkward, version: awkward, categories: [awkward] };
const requests: Readonly<Record<string, (version: ServerVersion) => string>> = {
  getFolderMarks: () => operations.getFolderMarks([awkward, 'b']),
  getFolderRoles: () =>
    operations.getFolderRoles(['inbox', 'sentitems', 'syncissues', 'conversationhistory']),
  getFolderRights: () => operations.getFolderRights('inbox'),
  getInboxes: () => operations.getInboxes(['a@x.example', awkward]),
  'syncFolderHierarchy, first': () => operations.syncFolderHierarchy(null),
  'syncFolderHierarchy, next': () => operations.syncFolderHierarchy(awkward),
  'syncFolderItems, first': () => operations.syncFolderItems(awkward, null),
  'syncFolderItems, next': () => operations.syncFolderItems(awkward, awkward, 1),
  getItemHeads: () => operations.getItemHeads([awkward, 'b']),
  getItemMime: () => operations.getItemMime([awkward]),
  getItemBody: () => operations.getItemBody(awkward, 'HTML'),
  getItemCategories: () => operations.getItemCategories([awkward]),
  getItemRights: () => operations.getItemRights(awkward),
  'getAttachment, file': () => operations.getAttachment(awkward, false),
  'getAttachment, mail': () => operations.getAttachment(awkward, true),
  updateItemCategories: (version) => operations.updateItemCategories([change, change], version),
  'updateItemCategories, none left': (version) =>
    operations.updateItemCategories([{ ...change, categories: [] }], version),
  resolveNames: () => operations.resolveNames(awkward),
  createFolder: () => operations.createFolder('msgfolderroot', awkward),
};

describe.skipIf(!present)('the official schema', () => {
  const validator = (): XsdValidator => {
    xmlRegisterFsInputProviders();
    return XsdValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(SCHEMA), { url: SCHEMA }));
  };
  const schema = present ? validator() : null;

  it.each(Object.keys(requests))('accepts %s', (name) => {
    for (const version of ['Exchange2013_SP1', 'Exchange2010_SP2'] as const) {
      const body = requests[name]?.(version) ?? '';
      const text = writeEnvelope({ version, impersonate: awkward, body });
      expect(() => schema?.validate(XmlDocument.fromString(text))).not.toThrow();
    }
  });

  it('would have refused a request of another shape', () => {
    const text = writeEnvelope({ version: 'Exchange2013_SP1', body: '<m:GetItem><m:ItemIds/></m:GetItem>' });
    expect(() => schema?.validate(XmlDocument.fromString(text))).toThrow();
  });
});

it('names no attribute to an older server that it does not know', () => {
  expect(operations.updateItemCategories([change], 'Exchange2013_SP1')).toContain(
    'SuppressReadReceipts="true"',
  );
  expect(operations.updateItemCategories([change], 'Exchange2010_SP2')).not.toContain('SuppressReadReceipts');
});
