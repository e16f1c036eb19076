import { expect, test } from 'vitest';
import { readClaims } from './challenge.ts';
import { applyChanges, watchedFolders } from './folders.ts';
import { pathOfLink } from './links.ts';
import { emailHead, isWhole, versionOf } from './message.ts';

const person = (address: string, name = '') => ({ emailAddress: { address, name } });
const message = (more: Record<string, unknown> = {}) => ({
  id: 'A1',
  changeKey: 'CK1',
  subject: 'About',
  from: person('Bob@Outside.test', 'Bob'),
  toRecipients: [person('ann@contoso.test', 'ann@contoso.test'), person('/o=Contoso/cn=Room')],
  receivedDateTime: '2026-01-05T07:00:00Z',
  isDraft: false,
  ...more,
});

test('a head has the people of the mail in lower case, and nobody without an address', () => {
  expect(emailHead(message(), 'inbox')).toMatchObject({
    from: { address: 'bob@outside.test', name: 'Bob' },
    to: [{ address: 'ann@contoso.test', name: '' }],
    version: 'CK1',
    kind: 'mail',
    place: 'inbox',
  });
  expect(emailHead({}, 'inbox')).toBeNull();
});

test.each([
  ['an invitation by its type', { '@odata.type': '#microsoft.graph.eventMessageRequest' }, 'meeting'],
  ['a bounce by its class', properties('String 0x1a', 'REPORT.IPM.Note.NDR'), 'report'],
  ['a bounce by its header', header('Content-Type', 'multipart/report; x=y'), 'report'],
  ['sent S/MIME by its class', properties('String 0x001A', 'IPM.Note.SMIME'), 'encrypted'],
  ['rights management', header('Content-Class', 'rpmsg.message'), 'encrypted'],
  ['a draft', { isDraft: true }, 'draft'],
  ['an appointment', properties('String 0x001A', 'IPM.Appointment'), 'other'],
  ['a shared calendar', { '@odata.type': '#microsoft.graph.calendarSharingMessage' }, 'other'],
] as const)('%s', (_, more, kind) => {
  expect(emailHead(message(more), 'inbox')?.kind).toBe(kind);
});

function properties(id: string, value: string) {
  return { singleValueExtendedProperties: [{ id, value }] };
}

function header(name: string, value: string) {
  return { internetMessageHeaders: [{ name, value }] };
}

test('sensitivity comes from the property, else from the header', () => {
  const of = (more: Record<string, unknown>) => emailHead(message(more), 'inbox')?.sensitivity;
  expect(of(properties('Integer 0x36', '2'))).toBe('private');
  expect(of(header('Sensitivity', 'Company-Confidential'))).toBe('confidential');
  expect(of({ ...properties('Integer 0x36', '0'), ...header('Sensitivity', 'Private') })).toBe('normal');
  expect(of({})).toBe('normal');
});

test('the version is the change key, also out of the tag; a change that tells little is not whole', () => {
  expect(versionOf({ '@odata.etag': 'W/"CK2"' })).toBe('CK2');
  expect(versionOf({})).toBe('');
  expect(isWhole(message())).toBe(true);
  expect(isWhole({ id: 'A1', isRead: true, parentFolderId: 'F' })).toBe(false);
});

test('links lead to Graph or nowhere', () => {
  const graph = 'https://graph.microsoft.com';
  expect(pathOfLink(`${graph}/v1.0/me/x?$deltatoken=a%20b`, graph)).toBe('/me/x?$deltatoken=a%20b');
  for (const link of [
    'https://evil.test/v1.0/me',
    `${graph}/beta/me`,
    `${graph}.evil.test/v1.0/me`,
    null,
    'http://[',
  ])
    expect(pathOfLink(link, graph)).toBeNull();
});

test('claims are read as base64 or as they stand, and nothing else is', () => {
  const claims = '{"access_token":{"nbf":{"essential":true}}}';
  const ask = (value: string) =>
    readClaims(`Bearer realm="", error="insufficient_claims", claims="${value}"`);
  expect(ask(Buffer.from(claims).toString('base64'))).toBe(claims);
  expect(ask(encodeURIComponent(claims))).toBe(claims);
  expect(ask('nonsense')).toBeNull();
  expect(readClaims(null)).toBeNull();
});

test('folders stand for the nearest thing above them; waste and what lies below it is not watched', () => {
  const folder = (id: string, parentId: string, name = id) => ({ id, parentId, name });
  const roles = { inbox: 'in', sentitems: 'out', deleteditems: 'del', drafts: 'dr' };
  const folders = [
    ...[folder('in', 'root'), folder('in-2', 'in'), folder('out', 'root'), folder('del', 'root')],
    ...[
      folder('del-2', 'del'),
      folder('dr', 'root'),
      folder('x', 'root'),
      folder('sf', 'root', 'salesforce emails'),
    ],
  ];
  expect(Object.fromEntries(watchedFolders(folders, roles))).toEqual({
    ...{ in: 'inbox', 'in-2': 'inbox', out: 'sent', x: 'other', sf: 'salesforce-folder' },
  });
});

test('changes of the tree add, rename, hide and remove; a change that tells a part keeps the rest', () => {
  const before = [
    { id: 'a', parentId: 'root', name: 'A' },
    { id: 'b', parentId: 'root', name: 'B' },
  ];
  const after = applyChanges(before, [
    { id: 'a', displayName: 'A2' },
    { id: 'b', '@removed': { reason: 'deleted' } },
    { id: 'c', displayName: 'C', parentFolderId: 'a' },
    { id: 'd', displayName: 'D', isHidden: true },
    { id: 'e', displayName: 'E', '@odata.type': '#microsoft.graph.mailSearchFolder' },
    null,
  ]);
  expect(after).toEqual([
    { id: 'a', parentId: 'root', name: 'A2' },
    { id: 'c', parentId: 'a', name: 'C' },
  ]);
});

test('an object in the place of a word, even one that has no text, is no word', () => {
  const odd = { toString: 1, valueOf: 2 };
  const properties = [{ id: 'String 0x1', value: odd }];
  expect(
    emailHead(message({ '@odata.type': odd, singleValueExtendedProperties: properties }), 'inbox'),
  ).toMatchObject({ kind: 'mail' });
  expect(applyChanges([], [{ id: 'a', displayName: odd, '@odata.type': odd }])).toEqual([
    { id: 'a', parentId: '', name: '' },
  ]);
});
