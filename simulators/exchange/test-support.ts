/**
 * A plain EWS caller for tests of the simulator: envelopes around request XML, ids out of answers. It is no client
 * library and shares nothing with the connector.
 */
import { createRandom } from '../shared/random.ts';
import {
  createExchangeSimulator,
  type ExchangeSimulator,
  type ExchangeSimulatorOptions,
} from './simulator.ts';
import { parseXml, type XmlNode } from './xml-tree.ts';

const ENVELOPE_HEAD =
  '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">';

export const EWS_PATH = '/EWS/Exchange.asmx';
export const ANN = 'ann@contoso.test';
export const BEN = 'ben@contoso.test';

/** A request in its envelope. `header` is XML beside RequestServerVersion. */
export function envelope(request: string, header = '', version = 'Exchange2013_SP1'): string {
  const head = `<s:Header><t:RequestServerVersion Version="${version}"/>${header}</s:Header>`;
  return `${ENVELOPE_HEAD}${head}<s:Body>${request}</s:Body></s:Envelope>`;
}

export interface Answer {
  status: number;
  text: string;
  headers: Headers;
  /** All ResponseCodes in order (of messages or of a fault). */
  codes: string[];
  root: XmlNode | undefined;
}

/** A way to call one simulator as one user. */
export type Caller = (request: string, options?: { header?: string; version?: string }) => Promise<Answer>;

/** A caller with Basic credentials. */
export function callAs(simulator: ExchangeSimulator, login: string, password = 'password'): Caller {
  const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
  return async (request, options = {}) => {
    const body = envelope(request, options.header, options.version);
    const headers = { 'content-type': 'text/xml; charset=utf-8', authorization };
    const response = await simulator.fetch(
      new Request(`https://mail.contoso.test${EWS_PATH}`, { method: 'POST', headers, body }),
    );
    return readAnswer(response);
  };
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isXml = response.headers.get('content-type')?.startsWith('text/xml') === true && text !== '';
  const root = isXml ? parseXml(text) : undefined;
  const codes = root === undefined ? [] : findAll(root, 'ResponseCode').map((node) => node.text.trim());
  return { status: response.status, text, headers: response.headers, codes, root };
}

/** All elements called `name` below `node`, in document order. */
export function findAll(node: XmlNode | undefined, name: string): XmlNode[] {
  if (node === undefined) return [];
  return node.children.flatMap((child) => [...(child.name === name ? [child] : []), ...findAll(child, name)]);
}

/** The text of the first element called `name`. */
export function firstText(node: XmlNode | undefined, name: string): string | undefined {
  return findAll(node, name)[0]?.text;
}

/** A clock that tests move, two mailboxes, and their simulator. */
export function createTestWorld(options: Partial<ExchangeSimulatorOptions> = {}) {
  const clock = { at: Date.UTC(2026, 0, 5, 9) };
  const simulator = createExchangeSimulator({
    now: () => clock.at,
    random: createRandom(42),
    wait: async (durationMs) => {
      clock.at += durationMs;
    },
    ...options,
  });
  simulator.addMailbox({
    address: ANN,
    displayName: 'Ann Archer',
    userName: 'ann',
    aliases: ['aa@contoso.test'],
  });
  simulator.addMailbox({ address: BEN, displayName: 'Ben Baker', userName: 'ben' });
  return { clock, simulator, call: callAs(simulator, ANN) };
}

/** A small mail. */
export function sampleMail(number: number, extraHeaders: string[] = []): Buffer {
  return Buffer.from(
    [
      `Message-ID: <sample-${number}@fabrikam.test>`,
      'Date: Mon, 05 Jan 2026 08:00:00 +0000',
      'From: Carla Cook <carla@fabrikam.test>',
      'To: Ann Archer <ann@contoso.test>',
      `Subject: Sample ${number}`,
      ...extraHeaders,
      'Content-Type: text/plain; charset=utf-8',
      '',
      `Body of sample ${number}`,
      '',
    ].join('\r\n'),
  );
}

export const SYNC_ITEMS = (syncState = '', max = 512, folder = 'inbox', extra = '') =>
  `<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>${extra}</m:ItemShape><m:SyncFolderId><t:DistinguishedFolderId Id="${folder}"/></m:SyncFolderId>${syncState === '' ? '' : `<m:SyncState>${syncState}</m:SyncState>`}<m:MaxChangesReturned>${max}</m:MaxChangesReturned></m:SyncFolderItems>`;

export const GET_ITEMS = (ids: string[], shape = '<t:BaseShape>IdOnly</t:BaseShape>') =>
  `<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds>${ids.map((id) => `<t:ItemId Id="${id}"/>`).join('')}</m:ItemIds></m:GetItem>`;

export const GET_FOLDERS = (folders: string[], shape = '<t:BaseShape>Default</t:BaseShape>') =>
  `<m:GetFolder><m:FolderShape>${shape}</m:FolderShape><m:FolderIds>${folders.map((id) => `<t:DistinguishedFolderId Id="${id}"/>`).join('')}</m:FolderIds></m:GetFolder>`;

const SENDS = 'SendMeetingInvitations="SendToNone"';

/** CreateItem of anything but mail, into its usual folder or `folder`. */
export const CREATE_ITEM = (item: string, folder?: string, attributes = SENDS) =>
  `<m:CreateItem ${attributes}>${folder === undefined ? '' : `<m:SavedItemFolderId><t:DistinguishedFolderId Id="${folder}"/></m:SavedItemFolderId>`}<m:Items>${item}</m:Items></m:CreateItem>`;

/** UpdateItem of one item; `id` is a whole id element. */
export const UPDATE_ITEM = (
  id: string,
  updates: string,
  send: string | undefined = 'SendToNone',
  resolution = 'AlwaysOverwrite',
) =>
  `<m:UpdateItem ConflictResolution="${resolution}" MessageDisposition="SaveOnly"${send === '' ? '' : ` SendMeetingInvitationsOrCancellations="${send}"`}><m:ItemChanges><t:ItemChange>${id}<t:Updates>${updates}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;

/** One SetItemField: `uri` as `calendar:Start`, `value` the content of that element. */
export const SET_FIELD = (kind: string, uri: string, value: string, attributes = '') => {
  const name = uri.split(':').at(-1);
  return `<t:SetItemField><t:FieldURI FieldURI="${uri}"/><t:${kind}><t:${name}${attributes}>${value}</t:${name}></t:${kind}></t:SetItemField>`;
};

export const DELETE_ITEM = (id: string, attributes: string) =>
  `<m:DeleteItem DeleteType="HardDelete" ${attributes}><m:ItemIds>${id}</m:ItemIds></m:DeleteItem>`;

export const ITEM_ID = (id: string, changeKey?: string) =>
  `<t:ItemId Id="${id}"${changeKey === undefined ? '' : ` ChangeKey="${changeKey}"`}/>`;

/** FindItem with a view or restriction, before ParentFolderIds. */
export const FIND_ITEMS = (narrowing: string, folder = 'calendar', properties: string[] = []) => {
  const asked = properties.map((uri) => `<t:FieldURI FieldURI="${uri}"/>`).join('');
  const more = asked === '' ? '' : `<t:AdditionalProperties>${asked}</t:AdditionalProperties>`;
  return `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>${more}</m:ItemShape>${narrowing}<m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`;
};

export const VIEW = (from: string, to: string, max?: number) =>
  `<m:CalendarView${max === undefined ? '' : ` MaxEntriesReturned="${max}"`} StartDate="${from}" EndDate="${to}"/>`;
