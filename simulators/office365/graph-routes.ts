/**
 * Which operation a Graph path means, what permission it takes and who answers it. Operations are named as faults and
 * the request log name them.
 */
import { getAttachment, getAttachmentBytes, listAttachments } from './attachments.ts';
import { calendarRoutes } from './calendar-routes.ts';
import { contactRoutes } from './contact-routes.ts';
import { answerFolderDelta, answerMessageDelta } from './delta.ts';
import * as drafts from './drafts.ts';
import { badRequest } from './errors.ts';
import * as folders from './folders.ts';
import { checkPermission, findDirectoryUser, findSubject, openMailbox } from './graph-access.ts';
import { type GraphAnswer, type GraphCall, preference, wantsImmutableIds } from './graph-call.ts';
import { countMessages } from './message-list.ts';
import * as messages from './messages.ts';
import type { Route } from './route.ts';
import { getSettings, updateSettings } from './settings.ts';
import * as subscriptions from './subscriptions.ts';
import { todoRoutes } from './todo-routes.ts';
import { createUploadSession } from './uploads.ts';
import { getUser, listUsers } from './users.ts';

const READ = ['Mail.Read'];
const WRITE = ['Mail.ReadWrite'];
const SEND = ['Mail.Send'];
const SETTINGS = ['MailboxSettings.Read'];
const CHANGE_SETTINGS = ['MailboxSettings.ReadWrite'];
const FOLDER = String.raw`^\/mailFolders\/(?<folder>[^/]+)`;
const MESSAGE = `(?:/mailFolders/(?<folder>[^/]+))?/messages/(?<message>[^/]+)`;
const under = (end: string) => new RegExp(`^${MESSAGE}${end}$`);

/** Below `/me` or `/users/{name}`; the first that matches answers. */
const ROUTES: readonly Route[] = [
  ['GET', /^\/mailFolders\/delta$/, 'folders.delta', READ, answerFolderDelta],
  ['GET', /^\/mailFolders$/, 'folders.list', READ, folders.listFolders],
  ['GET', /^\/mailFolders\/\$count$/, 'folders.count', READ, folders.countFolders],
  [
    'GET',
    new RegExp(String.raw`${FOLDER}\/childFolders\/\$count$`),
    'folders.count',
    READ,
    folders.countFolders,
  ],
  ['POST', new RegExp(String.raw`${FOLDER}\/move$`), 'folder.move', WRITE, folders.moveFolderTo],
  ['POST', new RegExp(String.raw`${FOLDER}\/copy$`), 'folder.copy', WRITE, folders.copyFolderTo],
  ['POST', /^\/mailFolders$/, 'folder.create', WRITE, folders.createFolder],
  ['GET', /^\/mailFolders\/(?<folder>[^/]+)\/messages\/delta$/, 'messages.delta', READ, answerMessageDelta],
  ['GET', /^\/mailFolders\/(?<folder>[^/]+)\/childFolders$/, 'folders.children', READ, folders.listFolders],
  ['POST', /^\/mailFolders\/(?<folder>[^/]+)\/childFolders$/, 'folder.create', WRITE, folders.createFolder],
  ['GET', /^(?:\/mailFolders\/(?<folder>[^/]+))?\/messages$/, 'messages.list', READ, messages.listMessages],
  ['GET', /^(?:\/mailFolders\/(?<folder>[^/]+))?\/messages\/\$count$/, 'messages.count', READ, countMessages],
  ['POST', /^(?:\/mailFolders\/(?<folder>[^/]+))?\/messages$/, 'message.create', WRITE, drafts.createMessage],
  ['GET', /^\/mailFolders\/(?<folder>[^/]+)$/, 'folder.get', READ, folders.getFolder],
  ['PATCH', /^\/mailFolders\/(?<folder>[^/]+)$/, 'folder.update', WRITE, folders.updateFolder],
  ['DELETE', /^\/mailFolders\/(?<folder>[^/]+)$/, 'folder.delete', WRITE, folders.deleteFolder],
  [
    'GET',
    under(String.raw`/attachments/(?<attachment>[^/]+)/\$value`),
    'attachment.value',
    READ,
    getAttachmentBytes,
  ],
  ['GET', under('/attachments/(?<attachment>[^/]+)'), 'attachment.get', READ, getAttachment],
  ['DELETE', under('/attachments/(?<attachment>[^/]+)'), 'attachment.delete', WRITE, drafts.deleteAttachment],
  ['GET', under('/attachments'), 'attachments.list', READ, listAttachments],
  ['POST', under('/attachments/createUploadSession'), 'attachment.upload', WRITE, createUploadSession],
  ['POST', under('/attachments'), 'attachment.create', WRITE, drafts.addAttachment],
  ['GET', under(String.raw`/\$value`), 'message.mime', READ, messages.getMime],
  ['POST', under('/move'), 'message.move', WRITE, messages.moveMessageTo],
  ['POST', under('/copy'), 'message.copy', WRITE, drafts.copyMessage],
  ['POST', under('/permanentDelete'), 'message.delete', WRITE, drafts.deleteForGood],
  ['POST', under('/create(?:Reply|ReplyAll|Forward)'), 'message.answer', WRITE, drafts.createAnswer],
  ['POST', under('/send'), 'mail.send', SEND, drafts.sendDraft],
  ['POST', under('/(?:reply|replyAll|forward)'), 'mail.reply', SEND, messages.sendMail],
  ['GET', under(''), 'message.get', READ, messages.getMessage],
  ['PATCH', under(''), 'message.update', WRITE, messages.updateMessage],
  ['DELETE', under(''), 'message.delete', WRITE, messages.deleteMessage],
  ['GET', /^\/outlook\/masterCategories$/, 'categories.list', SETTINGS, folders.listCategories],
  ['POST', /^\/outlook\/masterCategories$/, 'category.create', CHANGE_SETTINGS, folders.createCategory],
  [
    'DELETE',
    /^\/outlook\/masterCategories\/(?<category>[^/]+)$/,
    'category.delete',
    CHANGE_SETTINGS,
    folders.deleteCategory,
  ],
  [
    'POST',
    /^\/translateExchangeIds$/,
    'ids.translate',
    ['User.Read', 'User.Read.All', 'Mail.Read'],
    folders.translateIds,
  ],
  ['POST', /^\/sendMail$/, 'mail.send', SEND, messages.sendMail],
  ['GET', /^\/mailboxSettings(?:\/(?<setting>\w+))?$/, 'settings.get', SETTINGS, getSettings],
  ['PATCH', /^\/mailboxSettings$/, 'settings.update', CHANGE_SETTINGS, updateSettings],
  ['GET', /^\/outlook\/masterCategories\/(?<category>[^/]+)$/, 'category.get', SETTINGS, folders.getCategory],
  [
    'PATCH',
    /^\/outlook\/masterCategories\/(?<category>[^/]+)$/,
    'category.update',
    CHANGE_SETTINGS,
    folders.updateCategory,
  ],
];

/** Names in paths are compared without letter case, ids with. */
const INSENSITIVE = [...ROUTES, ...calendarRoutes, ...contactRoutes, ...todoRoutes].map(
  ([method, pattern, ...rest]) => [method, new RegExp(pattern.source, 'i'), ...rest] as const,
);

/** What a path means, before anything is checked. `subject` is undefined for `/me`, `address` for what is nobody's. */
export interface FoundRoute {
  readonly operation: string;
  /** Runs the call, past all permissions. */
  run(call: GraphCall): Promise<GraphAnswer>;
  /** The name in `/users/{name}`, `me`, or undefined for what is no user's. */
  readonly subject: string | undefined;
}

/** The route of a method and path below `/v1.0`. Fails with 400 for what Graph has no such segment for. */
export function findRoute(method: string, path: string): FoundRoute {
  const plain = normalize(path);
  const user = /^\/(?:me|users\/(?<name>[^/]+))(?<rest>\/.*)?$/i.exec(plain)?.groups;
  if (user !== undefined) return findUserRoute(method, user.name, withoutParents(user.rest ?? ''));
  if (plain === '/users' && method === 'GET') {
    return {
      operation: 'users.list',
      subject: undefined,
      async run(call) {
        checkPermission(call.token, ['User.Read.All', 'User.ReadBasic.All'], 'Authorization_RequestDenied');
        return listUsers(call);
      },
    };
  }
  const subscription = /^\/subscriptions(?:\/(?<id>[^/]+))?(?:\/reauthorize)?$/.exec(plain)?.groups;
  if (subscription !== undefined) return findSubscriptionRoute(method, subscription.id, plain);
  throw badRequest(`Resource not found for the segment '${plain.split('/')[1] ?? ''}'.`);
}

function findUserRoute(method: string, name: string | undefined, rest: string): FoundRoute {
  const subject = name ?? 'me';
  if (rest === '' && method === 'GET') {
    return {
      operation: 'user.get',
      subject,
      async run(call) {
        return getUser(call, findDirectoryUser(call, name));
      },
    };
  }
  for (const [wanted, pattern, operation, permissions, answerer] of INSENSITIVE) {
    const match = wanted === method ? pattern.exec(rest) : null;
    if (match === null) continue;
    return {
      operation,
      subject,
      async run(call) {
        const user = findSubject(call, name);
        checkPermission(call.token, permissions);
        const mailbox = openMailbox(user);
        return applied(call, await answerer({ ...call, user, mailbox, parts: { ...match.groups } }));
      },
    };
  }
  throw badRequest(`Resource not found for the segment '${rest.split('/')[1] ?? ''}'.`);
}

function findSubscriptionRoute(method: string, id: string | undefined, path: string): FoundRoute {
  const found = (operation: string, run: FoundRoute['run']) => ({ operation, subject: undefined, run });
  if (id === undefined) {
    if (method === 'POST') return found('subscription.create', subscriptions.createSubscription);
    if (method === 'GET')
      return found('subscriptions.list', async (call) => subscriptions.listSubscriptions(call));
  } else if (path.endsWith('/reauthorize') && method === 'POST') {
    return found('subscription.reauthorize', async (call) => {
      subscriptions.getSubscription(call, id);
      return { status: 204 };
    });
  } else if (method === 'GET') {
    return found('subscription.get', async (call) => subscriptions.getSubscription(call, id));
  } else if (method === 'PATCH') {
    return found('subscription.renew', async (call) => subscriptions.renewSubscription(call, id));
  } else if (method === 'DELETE') {
    return found('subscription.delete', async (call) => subscriptions.deleteSubscription(call, id));
  }
  throw badRequest('The request method is not supported.');
}

/** Says which of the caller's preferences were followed, where the answer does not say so itself. */
function applied(call: GraphCall, given: GraphAnswer): GraphAnswer {
  const isSaid = given.headers?.['preference-applied'] !== undefined;
  if (isSaid || given.body === undefined || given.status >= 300) return given;
  const bodyType = preference(call, 'outlook.body-content-type');
  const zone = preference(call, 'outlook.timezone');
  const followed = [
    ...(wantsImmutableIds(call) ? ['IdType="ImmutableId"'] : []),
    ...(zone === undefined ? [] : [`outlook.timezone="${zone}"`]),
    ...(bodyType === undefined ? [] : [`outlook.body-content-type="${bodyType}"`]),
  ];
  if (followed.length === 0) return given;
  return { ...given, headers: { ...given.headers, 'preference-applied': followed.join(', ') } };
}

/** `/mailFolders/a/childFolders/b/...` as `/mailFolders/b/...`, and contact folders likewise. */
function withoutParents(rest: string): string {
  const nested = /^\/(mail|contact)Folders\/[^/]+\/childFolders\/(?!\$count$|delta$)(?=[^/])/i;
  return nested.test(rest) ? withoutParents(rest.replace(nested, '/$1Folders/')) : rest;
}

/** `mailFolders('x')` as `mailFolders/x`, `microsoft.graph.delta()` as `delta`, segments decoded. */
function normalize(path: string): string {
  return path
    .replace(/\/$/, '')
    .replaceAll('microsoft.graph.', '')
    .replaceAll(/\((?:'|%27)([^/]*?)(?:'|%27)\)/g, '/$1')
    .replaceAll('()', '')
    .split('/')
    .map((segment) => decodeURIComponent(segment))
    .join('/');
}
