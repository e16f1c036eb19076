/**
 * Change notifications: subscriptions with the validation handshake, notifications of messages, events, contacts
 * and tasks, and lifecycle notifications. They are hints; nothing waits for their delivery but `settled`.
 * The longest life is that of most documents (4,230 minutes; newer ones are said to allow 10,080), and the code
 * ValidationError is not from Microsoft's documents.
 * https://learn.microsoft.com/graph/change-notifications-overview
 */
import type { UserAccount } from './directory.ts';
import { badRequest, GraphError } from './errors.ts';
import { checkPermission, findSubject, openMailbox, type Permissions } from './graph-access.ts';
import { answer, type GraphAnswer, type GraphCall, readJson, textOf } from './graph-call.ts';
import { drawGuid, makeSecret } from './ids.ts';
import type { ItemChange } from './item-source.ts';
import { findByPath, type Mailbox, type Message } from './mailbox.ts';
import { TASKS_READ } from './permissions.ts';
import type { World } from './world.ts';

export interface Subscription {
  readonly id: string;
  readonly clientId: string;
  readonly user: UserAccount;
  readonly resource: string;
  readonly kind: ItemKind;
  /** Only items of this folder, calendar or list; of all when absent. */
  readonly containerId: string | undefined;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | undefined;
  readonly clientState: string | undefined;
  readonly immutableIds: boolean;
  expiresAt: number;
}

const LIFE_MS_MAX = 4230 * 60_000;

type ItemKind = ItemChange['kind'] | 'message';

interface Watchable {
  kind: ItemKind;
  /** The part of a resource after the user; `id` names the container. */
  pattern: RegExp;
  permissions: Permissions;
  /** As notifications spell it. */
  segment: string;
  type: string;
}

const WATCHABLE: readonly Watchable[] = [
  {
    kind: 'message',
    pattern: /^(?:\/mailFolders(?:\/|\(')(?<id>[^/')]+)(?:'\))?)?\/messages$/i,
    permissions: ['Mail.Read'],
    segment: 'Messages',
    type: '#Microsoft.Graph.Message',
  },
  {
    kind: 'event',
    pattern: /^(?:\/calendar|\/calendars(?:\/|\(')(?<id>[^/')]+)(?:'\))?)?\/events$/i,
    permissions: ['Calendars.Read'],
    segment: 'Events',
    type: '#Microsoft.Graph.Event',
  },
  {
    kind: 'contact',
    pattern: /^(?:\/contactFolders(?:\/|\(')(?<id>[^/')]+)(?:'\))?)?\/contacts$/i,
    permissions: ['Contacts.Read'],
    segment: 'Contacts',
    type: '#Microsoft.Graph.Contact',
  },
  {
    kind: 'task',
    pattern: /^\/todo\/lists(?:\/|\(')(?<id>[^/')]+)(?:'\))?\/tasks$/i,
    permissions: TASKS_READ,
    segment: 'Tasks',
    type: '#Microsoft.Graph.todoTask',
  },
];

export async function createSubscription(call: GraphCall): Promise<GraphAnswer> {
  const body = readJson(call);
  const resource = textOf(body, 'resource');
  const { name, watchable, containerId: asked } = readResource(resource);
  const user = findSubject(call, name);
  checkPermission(call.token, watchable.permissions);
  const containerId =
    asked === undefined ? undefined : findContainer(openMailbox(user), watchable.kind, asked);
  const changeType = textOf(body, 'changeType');
  if (!changeType.split(',').every((each) => ['created', 'updated', 'deleted'].includes(each.trim()))) {
    throw new GraphError('ValidationError', 'The changeType is not supported for this resource.', 400);
  }
  if (typeof body.clientState === 'string' && body.clientState.length > 128) {
    throw new GraphError('ValidationError', 'clientState is longer than 128 characters.', 400);
  }
  const lifecycle = body.lifecycleNotificationUrl;
  const subscription: Subscription = {
    id: drawGuid(call.world.random),
    clientId: call.token.app.clientId,
    user,
    resource,
    kind: watchable.kind,
    containerId,
    changeType,
    notificationUrl: textOf(body, 'notificationUrl'),
    lifecycleNotificationUrl: typeof lifecycle === 'string' ? lifecycle : undefined,
    clientState: typeof body.clientState === 'string' ? body.clientState : undefined,
    immutableIds: /ImmutableId/i.test(call.headers.get('prefer') ?? ''),
    expiresAt: readExpiry(call, body),
  };
  await validate(call.world, subscription.notificationUrl);
  if (subscription.lifecycleNotificationUrl !== undefined) {
    await validate(call.world, subscription.lifecycleNotificationUrl);
  }
  call.world.subscriptions.set(subscription.id, subscription);
  return answer(call, 'subscriptions/$entity', show(subscription), 201);
}

function readResource(resource: string) {
  const [, name, rest = ''] = /^\/?(?:me|users\/([^/]+))(\/.+)$/i.exec(resource) ?? [];
  for (const watchable of WATCHABLE) {
    const match = watchable.pattern.exec(rest);
    if (match !== null) return { name, watchable, containerId: match.groups?.id };
  }
  throw badRequest('The resource is not supported for change notifications.');
}

/** The id of a folder, calendar or list. Fails with ErrorItemNotFound. */
function findContainer(mailbox: Mailbox, kind: ItemKind, id: string): string {
  const byKind = {
    message: () => findByPath(mailbox, id) ?? mailbox.folders.get(id),
    event: () => mailbox.calendars.calendars.get(id),
    contact: () => mailbox.contacts.folders.get(id),
    task: () => mailbox.todo.lists.get(id),
  };
  const container = byKind[kind]();
  if (container === undefined) throw new GraphError('ErrorItemNotFound');
  return container.id;
}

export function listSubscriptions(call: GraphCall): GraphAnswer {
  const own = [...call.world.subscriptions.values()].filter((each) => isOwn(call, each));
  return answer(call, 'subscriptions', { value: own.map(show) });
}

export function getSubscription(call: GraphCall, id: string): GraphAnswer {
  return answer(call, 'subscriptions/$entity', show(find(call, id)));
}

export function renewSubscription(call: GraphCall, id: string): GraphAnswer {
  const subscription = find(call, id);
  subscription.expiresAt = readExpiry(call, readJson(call));
  return answer(call, 'subscriptions/$entity', show(subscription));
}

export function deleteSubscription(call: GraphCall, id: string): GraphAnswer {
  call.world.subscriptions.delete(find(call, id).id);
  return { status: 204 };
}

function find(call: GraphCall, id: string): Subscription {
  const subscription = call.world.subscriptions.get(id);
  if (subscription === undefined || !isOwn(call, subscription)) {
    throw new GraphError('ResourceNotFound', 'The object was not found.');
  }
  return subscription;
}

function isOwn(call: GraphCall, subscription: Subscription): boolean {
  const { token, world } = call;
  const isOurs = subscription.clientId === token.app.clientId && subscription.expiresAt > world.now();
  return isOurs && (token.user === undefined || token.user === subscription.user);
}

function readExpiry(call: GraphCall, body: Record<string, unknown>): number {
  const at = Date.parse(textOf(body, 'expirationDateTime'));
  const lifeMs = at - call.world.now();
  if (!(lifeMs > 0))
    throw new GraphError('ValidationError', 'expirationDateTime must be in the future.', 400);
  if (lifeMs > LIFE_MS_MAX) {
    throw new GraphError(
      'ExtensionError',
      'Subscription expiration can only be 4230 minutes in the future.',
      400,
    );
  }
  return at;
}

async function validate(world: World, url: string): Promise<void> {
  const token = makeSecret('Validation: ', 24);
  if (!URL.canParse(url)) throw new GraphError('ValidationError', 'The notification URL is not valid.', 400);
  const target = new URL(url);
  target.searchParams.set('validationToken', token);
  const response = await world
    .post(new Request(target, { method: 'POST', headers: { 'content-type': 'text/plain; charset=utf-8' } }))
    .catch(() => undefined);
  const isEchoed = response?.status === 200 && (await response.text()) === token;
  if (!isEchoed) throw new GraphError('ValidationError', 'Subscription validation request failed.', 400);
}

function show(subscription: Subscription): Record<string, unknown> {
  return {
    id: subscription.id,
    resource: subscription.resource,
    applicationId: subscription.clientId,
    changeType: subscription.changeType,
    clientState: subscription.clientState ?? null,
    notificationUrl: subscription.notificationUrl,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl ?? null,
    expirationDateTime: new Date(subscription.expiresAt).toISOString(),
    creatorId: subscription.user.id,
    latestSupportedTlsVersion: 'v1_2',
    includeResourceData: null,
  };
}

/** Tells subscribers of a change; `lifecycle` tells all subscribers of the user something about the subscription itself. */
export interface Notifier {
  changed(user: UserAccount, message: Message, changeType: ItemChange['changeType']): void;
  itemChanged(user: UserAccount, change: Omit<ItemChange, 'kind'> & { kind: ItemKind }): void;
  lifecycle(user: UserAccount, event: 'missed' | 'reauthorizationRequired' | 'subscriptionRemoved'): void;
  /** Resolves when everything so far was posted. */
  settled(): Promise<void>;
}

export function createNotifier(world: World): Notifier {
  let last: Promise<unknown> = Promise.resolve();
  const post = (url: string, value: Record<string, unknown>) => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const request = new Request(url, { method: 'POST', headers, body: JSON.stringify({ value: [value] }) });
    last = Promise.all([last, world.post(request).catch(() => undefined)]);
  };
  const standing = (user: UserAccount) =>
    [...world.subscriptions.values()].filter((each) => each.user === user && each.expiresAt > world.now());
  const common = (subscription: Subscription) => ({
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: new Date(subscription.expiresAt).toISOString(),
    tenantId: subscription.user.tenant.id,
    ...(subscription.clientState === undefined ? {} : { clientState: subscription.clientState }),
  });
  const itemChanged: Notifier['itemChanged'] = (user, { kind, changeType, ids, changeKey, container }) => {
    const watchable = WATCHABLE.find((each) => each.kind === kind);
    for (const subscription of standing(user)) {
      const { containerId } = subscription;
      const isWatched =
        subscription.kind === kind && (containerId === undefined || containerId === container);
      if (!isWatched || !subscription.changeType.split(/,\s*/).includes(changeType)) continue;
      const id = subscription.immutableIds ? ids.immutableId : ids.restId;
      const parent = kind === 'task' ? `todo/lists/${container}/` : '';
      const resource = `Users/${user.id}/${parent}${watchable?.segment}/${id}`;
      const resourceData = {
        '@odata.type': watchable?.type,
        '@odata.id': resource,
        '@odata.etag': `W/"${changeKey}"`,
        id,
      };
      post(subscription.notificationUrl, { ...common(subscription), changeType, resource, resourceData });
    }
  };
  return {
    itemChanged,
    changed(user, message, changeType) {
      const { changeKey, folder } = message;
      itemChanged(user, { kind: 'message', changeType, ids: message, changeKey, container: folder.id });
    },
    lifecycle(user, lifecycleEvent) {
      for (const subscription of standing(user)) {
        const url = subscription.lifecycleNotificationUrl;
        if (lifecycleEvent === 'subscriptionRemoved') world.subscriptions.delete(subscription.id);
        if (url !== undefined)
          post(url, { ...common(subscription), resource: subscription.resource, lifecycleEvent });
      }
    },
    async settled() {
      await last;
    },
  };
}
