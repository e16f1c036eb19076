/**
 * Reads the folder tree of a mailbox by its delta query, and which folder has which well-known name. Roles are asked again whenever the tree
 * changed: some folders are made when they are first needed.
 */
import { failure, RemoteFailure } from '../../model/failure.ts';
import { type BatchAnswer, runBatch } from './batch.ts';
import type { Tree } from './cursor.ts';
import { applyChanges, type Folder, type Roles, sameFolders, WELL_KNOWN } from './folders.ts';
import { pathOfLink } from './links.ts';
import type { Json } from './message.ts';
import type { GraphCall, Transport } from './transport.ts';

/** Pages of a folder tree at most. */
const PAGES_MAX = 200;
const PAGE_FOLDERS = 200;

/** The call for the changes of a tree, by its link. */
export function treeCall(path: string): GraphCall {
  return { method: 'GET', path, prefer: [`odata.maxpagesize=${PAGE_FOLDERS}`], scope: 'feed' };
}

/** The whole tree: one batch, and one call for each further page. */
export async function readTree(transport: Transport, graphOrigin: string): Promise<Tree> {
  const first: GraphCall = {
    ...treeCall(`${transport.root}/mailFolders/delta?$select=displayName,parentFolderId,isHidden`),
    scope: 'mailbox',
  };
  const [answer, ...roleAnswers] = await runBatch(transport, 'list-folders', [
    first,
    ...roleCalls(transport),
  ]);
  if (answer === undefined || !answer.ok) throw refused(answer);
  const { folders, path } = await readOn(transport, graphOrigin, [], answer.body);
  return { path, folders, roles: readRoles(roleAnswers) };
}

/** The tree after what a batch brought of its changes; read anew where the service forgot the mark. */
export async function refreshTree(
  transport: Transport,
  graphOrigin: string,
  before: Tree,
  answer: BatchAnswer | undefined,
): Promise<Tree> {
  if (answer === undefined || !answer.ok) {
    if (answer?.failure.kind === 'cursor-expired') return readTree(transport, graphOrigin);
    throw refused(answer);
  }
  const { folders, path } = await readOn(transport, graphOrigin, before.folders, answer.body);
  if (sameFolders(before.folders, folders)) return { ...before, path };
  return { path, folders, roles: readRoles(await runBatch(transport, 'list-folders', roleCalls(transport))) };
}

async function readOn(
  transport: Transport,
  graphOrigin: string,
  before: readonly Folder[],
  body: unknown,
): Promise<Pick<Tree, 'folders' | 'path'>> {
  let folders = before;
  let page = body as Json | null;
  for (let pages = 1; pages <= PAGES_MAX; pages += 1) {
    if (!Array.isArray(page?.value)) throw unexpected('UNEXPECTED_ANSWER');
    folders = applyChanges(folders, page.value);
    const next = page['@odata.nextLink'];
    const path = pathOfLink(next ?? page['@odata.deltaLink'], graphOrigin);
    if (path === null)
      throw new RemoteFailure(failure('mailbox.request-invalid', { vendorCode: 'FOREIGN_LINK' }));
    if (next === undefined || next === null) return { folders, path };
    page = (await transport.json({ ...treeCall(path), operation: 'list-folders' })) as Json | null;
  }
  throw unexpected('TOO_MANY_PAGES');
}

function roleCalls(transport: Transport): readonly GraphCall[] {
  return WELL_KNOWN.map((role) => ({
    method: 'GET' as const,
    path: `${transport.root}/mailFolders/${role}?$select=id`,
    scope: 'item' as const,
  }));
}

/** A role that was merely not told this time would make its folder an ordinary one until the tree changes. */
function readRoles(answers: readonly BatchAnswer[]): Roles {
  const roles: Record<string, string> = {};
  for (const [at, role] of WELL_KNOWN.entries()) {
    const answer = answers[at];
    if (answer?.ok === true) {
      const id = (answer.body as Json | null)?.id;
      if (typeof id === 'string') roles[role] = id;
    } else if (role === 'inbox' || answer === undefined || !isAbsence(answer)) throw refused(answer);
  }
  return roles;
}

/** 404: the mailbox has none; 400 and 403: the service knows no such name, or keeps it to itself. */
function isAbsence({ status }: Extract<BatchAnswer, { ok: false }>): boolean {
  return status === 404 || status === 400 || status === 403;
}

function refused(answer: BatchAnswer | undefined): RemoteFailure {
  if (answer === undefined || answer.ok) return unexpected('UNEXPECTED_ANSWER');
  const { failure: details } = answer;
  if (details.kind !== 'bad-item') return new RemoteFailure(details);
  const { vendorCode } = details;
  const code = details.code === 'mailbox.item-access-denied' ? 'mailbox.access-denied' : 'mailbox.transient';
  return new RemoteFailure(failure(code, vendorCode === undefined ? {} : { vendorCode }));
}

function unexpected(vendorCode: string): RemoteFailure {
  return new RemoteFailure(failure('mailbox.transient', { vendorCode }));
}
