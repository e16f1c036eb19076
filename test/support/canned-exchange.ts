/**
 * An Exchange that answers from a function: XML written by hand after Microsoft's documentation, and a connector on top of it. It holds no
 * state of its own; the simulator does that.
 */
import { createExchangeConnector, type ExchangeConnector } from '../../src/connectors/exchange/connector.ts';
import type { Fetch } from '../../src/connectors/http.ts';
import type { Clock } from '../../src/model/clock.ts';
import type { ItemId } from '../../src/model/ids.ts';

const NAMESPACES =
  'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" ' +
  'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"';

/** An envelope round the response messages of an operation. */
export const answer = (operation: string, ...messages: readonly string[]): string =>
  '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
  `<m:${operation}Response ${NAMESPACES}><m:ResponseMessages>${messages.join('')}</m:ResponseMessages>` +
  `</m:${operation}Response></s:Body></s:Envelope>`;

export const success = (operation: string, inside: string): string =>
  `<m:${operation}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>${inside}` +
  `</m:${operation}ResponseMessage>`;

export const failed = (operation: string, code: string, inside = ''): string =>
  `<m:${operation}ResponseMessage ResponseClass="Error"><m:MessageText>words</m:MessageText>` +
  `<m:ResponseCode>${code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>${inside}` +
  `</m:${operation}ResponseMessage>`;

export const fault = (code: string, backOffMs?: number): Response =>
  new Response(
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>' +
      `<faultcode>a:${code}</faultcode><detail><e:ResponseCode>${code}</e:ResponseCode>` +
      (backOffMs === undefined
        ? ''
        : `<t:MessageXml><t:Value Name="BackOffMilliseconds">${backOffMs}</t:Value></t:MessageXml>`) +
      '</detail></s:Fault></s:Body></s:Envelope>',
    { status: 500, headers: { 'content-type': 'text/xml; charset=utf-8' } },
  );

export const xml = (text: string): Response =>
  new Response(text, { headers: { 'content-type': 'text/xml; charset=utf-8' } });

export type Handler = (body: string, operation: string) => Response | string;

/** A connector on a stub that answers each request body, and the bodies that it saw. */
export function connect(
  handler: Handler,
  options: { now?: () => number; mailbox?: string; login?: string } = {},
) {
  const bodies: string[] = [];
  const headers: Record<string, string>[] = [];
  const fetch: Fetch = async (_url, init) => {
    const body = String(init.body);
    bodies.push(body);
    headers.push(init.headers);
    const operation = /<soap:Body><m:(\w+)/.exec(body)?.[1] ?? '';
    const made = handler(body, operation);
    return typeof made === 'string' ? xml(made) : made;
  };
  const clock: Clock = { now: options.now ?? (() => 0), sleep: () => new Promise(() => undefined) };
  const connector: ExchangeConnector = createExchangeConnector({
    ewsUrl: 'https://mail.corp.example/EWS/Exchange.asmx',
    credential: { login: options.login ?? 'ann@corp.example', password: 'pw' },
    fetch,
    clock,
    random: { next: () => 0.5 },
    ...(options.mailbox === undefined ? {} : { mailbox: options.mailbox }),
  });
  return { connector, bodies, headers };
}

export const items = (...ids: readonly string[]) =>
  ids.map((id) => ({ itemId: id as ItemId, place: 'inbox' as const }));
export const idsIn = (body: string): string[] =>
  [...body.matchAll(/<t:ItemId Id="([^"]+)"/g)].map(([, id]) => id ?? '');

export const message = (id: string, inside = ''): string =>
  `<m:Items><t:Message><t:ItemId Id="${id}" ChangeKey="k-${id}"/>${inside}</t:Message></m:Items>`;

/** A small folder tree: name, id, parent, class. */
const tree = [
  ['Posteingang', 'inbox', 'root', 'IPF.Note'],
  ['Kunden', 'below', 'inbox', 'IPF.Note'],
  ['Gesendet', 'sent', 'root', 'IPF.Note'],
  ['Salesforce Emails', 'sf', 'below', 'IPF.Note'],
  ['Papierkorb', 'bin', 'root', 'IPF.Note'],
  ['Altes', 'binned', 'bin', 'IPF.Note'],
  ['Projekte', 'projects', 'root', 'IPF.Note'],
  ['Kalender', 'calendar', 'root', 'IPF.Appointment'],
] as const;

export function mailboxStub(marks: () => string | null) {
  const state = { hierarchy: 'H1', syncExpired: false };
  const handler: Handler = (body, operation) => {
    if (operation === 'SyncFolderHierarchy') {
      const changes = body.includes('<m:SyncState>')
        ? ''
        : tree
            .map(
              ([name, id, parent, folderClass]) =>
                `<t:Create><t:Folder><t:FolderId Id="${id}"/><t:ParentFolderId Id="${parent}"/>` +
                `<t:FolderClass>${folderClass}</t:FolderClass><t:DisplayName>${name}</t:DisplayName></t:Folder></t:Create>`,
            )
            .join('');
      return answer(
        operation,
        success(
          operation,
          `<m:SyncState>${state.hierarchy}</m:SyncState><m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange>` +
            `<m:Changes>${changes}</m:Changes>`,
        ),
      );
    }
    if (operation === 'SyncFolderItems') {
      if (state.syncExpired) return answer(operation, failed(operation, 'ErrorInvalidSyncStateData'));
      return answer(
        operation,
        success(
          operation,
          '<m:SyncState>S1</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange><m:Changes>' +
            '<t:Create><t:Message><t:ItemId Id="A" ChangeKey="k"/><t:DateTimeReceived>2026-01-01T00:00:00Z</t:DateTimeReceived>' +
            '</t:Message></t:Create><t:Delete><t:ItemId Id="B" ChangeKey="k"/></t:Delete>' +
            '<t:ReadFlagChange><t:ItemId Id="C" ChangeKey="k"/><t:IsRead>true</t:IsRead></t:ReadFlagChange></m:Changes>',
        ),
      );
    }
    const roles = [...body.matchAll(/DistinguishedFolderId Id="(\w+)"/g)].map(([, role]) => role ?? '');
    const known: Record<string, string> = {
      inbox: 'inbox',
      sentitems: 'sent',
      deleteditems: 'bin',
      syncissues: 'issues',
    };
    if (roles.length > 0)
      return answer(
        operation,
        ...roles.map((role) =>
          known[role] === undefined
            ? failed(operation, 'ErrorFolderNotFound')
            : success(
                operation,
                `<m:Folders><t:Folder><t:FolderId Id="${known[role]}"/></t:Folder></m:Folders>`,
              ),
        ),
      );
    const ids = [...body.matchAll(/<t:FolderId Id="(\w+)"/g)].map(([, id]) => id ?? '');
    const commitTime = marks();
    const property = (tag: string, type: string, value: string): string =>
      `<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="${tag}" PropertyType="${type}"/><t:Value>${value}</t:Value></t:ExtendedProperty>`;
    return answer(
      operation,
      ...ids.map((id) =>
        success(
          operation,
          `<m:Folders><t:Folder><t:FolderId Id="${id}"/>` +
            (commitTime === null
              ? ''
              : property('0x670a', 'SystemTime', commitTime) + property('0x670b', 'Integer', '0')) +
            '</t:Folder></m:Folders>',
        ),
      ),
    );
  };
  return { state, handler };
}
