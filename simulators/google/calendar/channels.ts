/**
 * Push channels: `watch`, `stop` and the empty messages whose headers say that something changed. They are hints; a
 * failed delivery is forgotten. https://developers.google.com/workspace/calendar/api/guides/push
 */
import type { ApiCall } from '../api.ts';
import { makeSecret } from '../tokens.ts';
import type { Account, World } from '../world.ts';
import { refuseCalendar } from './calendar-errors.ts';
import type { Calendar, Channel } from './calendar-store.ts';

const LIFE_MS = 7 * 86_400_000;
const CHANNELS_MAX = 10_000;

/** Makes the channel that the body asks for and sends its `sync` message. Throws 400. */
export function watch(call: ApiCall, watched: Calendar | Account): Record<string, unknown> {
  const { world, body, account } = call;
  const { id, type, address, token } = body;
  if (typeof id !== 'string' || !/^[\w+/=-]{1,64}$/.test(id))
    throw refuseCalendar('required', 'Invalid channel id');
  if (type !== 'web_hook' && type !== 'webhook') throw refuseCalendar('invalid', 'Invalid channel type');
  if (typeof address !== 'string' || !/^https?:\/\//.test(address)) {
    throw refuseCalendar('required', 'WebHook callback must be HTTPS');
  }
  if (world.channels.has(id)) throw refuseCalendar('channelIdNotUnique', `Channel id ${id} not unique`);
  if (world.channels.size >= CHANNELS_MAX) throw refuseCalendar('quotaExceeded');
  const ttl = Number((body.params as Record<string, unknown> | undefined)?.ttl);
  const asked = Number(body.expiration);
  const life = ttl > 0 ? ttl * 1000 : LIFE_MS;
  const latest = world.now() + LIFE_MS;
  const expiresAt = Math.min(asked > world.now() ? asked : world.now() + life, latest);
  const channel: Channel = {
    id,
    resourceId: makeSecret(20),
    resourceUri: `${call.url.origin}${call.url.pathname.replace(/\/watch$/, '')}?alt=json`,
    watched,
    account,
    address,
    token: typeof token === 'string' ? token : undefined,
    expiresAt,
    messageNumber: 1,
  };
  world.channels.set(id, channel);
  send(world, channel, 'sync');
  return {
    kind: 'api#channel',
    id,
    resourceId: channel.resourceId,
    resourceUri: channel.resourceUri,
    ...(channel.token === undefined ? {} : { token: channel.token }),
    expiration: String(expiresAt),
  };
}

/** Ends the channel of the body. Throws 404 for one that does not stand. */
export function stop({ world, body, account }: ApiCall): undefined {
  const channel = world.channels.get(String(body.id));
  if (channel === undefined || channel.resourceId !== body.resourceId || channel.account !== account) {
    throw refuseCalendar('notFound', `Channel '${String(body.id)}' not found for project '100000000001'`);
  }
  world.channels.delete(channel.id);
}

/** Tells the channels of a calendar, or of somebody's list of calendars, that something changed. */
export function tellChannels(world: World, watched: Calendar | Account): void {
  for (const channel of world.channels.values()) {
    if (channel.expiresAt <= world.now()) world.channels.delete(channel.id);
    else if (channel.watched === watched) send(world, channel, 'exists');
  }
}

function send(world: World, channel: Channel, state: 'sync' | 'exists'): void {
  const headers = {
    'x-goog-channel-id': channel.id,
    'x-goog-message-number': String(channel.messageNumber),
    'x-goog-resource-id': channel.resourceId,
    'x-goog-resource-state': state,
    'x-goog-resource-uri': channel.resourceUri,
    'x-goog-channel-expiration': new Date(channel.expiresAt).toUTCString(),
    ...(channel.token === undefined ? {} : { 'x-goog-channel-token': channel.token }),
  };
  channel.messageNumber += 1;
  const request = new Request(channel.address, { method: 'POST', headers });
  world.posting = Promise.all([world.posting, world.post(request).catch(() => undefined)]);
}
