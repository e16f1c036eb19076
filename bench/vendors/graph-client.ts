/**
 * Office 365 through Microsoft's Graph client: delta queries followed by its `PageIterator`, and writes in JSON batches of 20 as its `BatchRequestContent`
 * makes them.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  BatchRequestContent,
  BatchResponseContent,
  Client,
  type PageCollection,
  PageIterator,
} from '@microsoft/microsoft-graph-client';
import type { Colleague } from '../../sandbox/cast.ts';
import { passConsentPages } from '../../sandbox/consent-pages.ts';
import { SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET } from '../../sandbox/simulated-services.ts';
import { type BenchCollection, type BenchItem, CONTACTS_FOLDER, graphItem } from '../items.ts';
import { piecesOf, type Thing, type VendorSide } from './vendor-sync.ts';

const SCOPE = 'openid User.Read Calendars.ReadWrite Contacts.ReadWrite Tasks.ReadWrite';
const DAY = 86_400_000;
const BATCH_MAX = 20;
const PREFER = 'odata.maxpagesize=100, outlook.body-content-type="text"';

interface GraphThing {
  readonly id: string;
  readonly '@removed'?: unknown;
  readonly subject?: string;
  readonly title?: string;
  readonly surname?: string;
  readonly mobilePhone?: string | null;
  readonly body?: { readonly content?: string };
  readonly location?: { readonly displayName?: string };
  readonly start?: { readonly dateTime?: string };
  readonly dueDateTime?: { readonly dateTime?: string } | null;
}

interface Place {
  readonly delta: string;
  readonly items: string;
  readonly item: (id: string) => string;
}

/** `origin` is https: the client gives its token to nothing else. */
export async function openGraphClient(
  origin: string,
  owner: Colleague,
  redirectUri: string,
  collection: BenchCollection,
): Promise<VendorSide> {
  const token = await signIn(origin, owner, redirectUri);
  const client = Client.init({
    authProvider: (done) => done(null, token),
    baseUrl: `${origin}/`,
    customHosts: new Set(['localhost']),
  });
  const place = await placeOf(client, collection);
  let next = place.delta;
  const changed = (item: BenchItem) => {
    if (collection === 'contacts') return { mobilePhone: item.line };
    const { location, dueDateTime } = graphItem(collection, item) as Record<string, unknown>;
    return collection === 'events' ? { location } : { dueDateTime };
  };
  return {
    async changed() {
      const first: PageCollection = await client.api(next).header('Prefer', PREFER).get();
      const things: Thing[] = [];
      const pages = new PageIterator(
        client,
        first,
        (one: GraphThing) => {
          if (one['@removed'] === undefined) things.push({ id: one.id, item: itemOf(one) });
          return true;
        },
        { headers: { Prefer: PREFER } },
      );
      await pages.iterate();
      next = pages.getDeltaLink() ?? next;
      return things;
    },
    async make(items) {
      const bodies = items.map((item) => graphItem(collection, item));
      const answers = await inBatches(
        client,
        origin,
        'POST',
        bodies.map((body) => [place.items, body]),
      );
      return answers.map(({ id }) => id);
    },
    async change(things) {
      const patches = things.map(({ id, item }) => [place.item(id), changed(item)] as const);
      await inBatches(client, origin, 'PATCH', patches);
    },
  };
}

async function placeOf(client: Client, collection: BenchCollection): Promise<Place> {
  if (collection === 'events') {
    const [from, to] = [-14 * DAY, 180 * DAY].map((ms) => new Date(Date.now() + ms).toISOString());
    const delta = `/me/calendarView/delta?startDateTime=${from}&endDateTime=${to}`;
    return { delta, items: '/me/events', item: (id) => `/me/events/${id}` };
  }
  const isTasks = collection === 'tasks';
  const { value } = (await client.api(isTasks ? '/me/todo/lists' : '/me/contactFolders').get()) as {
    value: readonly { id: string; displayName: string; wellknownListName?: string }[];
  };
  const found = value.find((one) =>
    isTasks ? one.wellknownListName === 'defaultList' : one.displayName === CONTACTS_FOLDER,
  );
  const items = isTasks ? `/me/todo/lists/${found?.id}/tasks` : `/me/contactFolders/${found?.id}/contacts`;
  const own = isTasks ? items : '/me/contacts';
  return { delta: `${items}/delta`, items, item: (id) => `${own}/${id}` };
}

function itemOf(one: GraphThing): BenchItem {
  const due = one.dueDateTime?.dateTime?.slice(0, 10);
  return {
    title: one.subject ?? one.title ?? one.surname ?? '',
    text: one.body?.content?.trim() ?? '',
    line: one.location?.displayName ?? due ?? one.mobilePhone ?? '',
    startAt: Date.parse(`${one.start?.dateTime?.slice(0, 19) ?? ''}Z`),
  };
}

async function inBatches(
  client: Client,
  origin: string,
  method: 'POST' | 'PATCH',
  writes: readonly (readonly [path: string, body: unknown])[],
): Promise<readonly { readonly id: string }[]> {
  const answers: { id: string }[] = [];
  for (const piece of piecesOf(writes, BATCH_MAX)) {
    const steps = piece.map(([path, body], at) => ({
      id: String(at),
      request: new Request(`${origin}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    }));
    const content = await new BatchRequestContent(steps).getContent();
    const response = new BatchResponseContent(await client.api('/$batch').post(content));
    for (const { id } of steps) {
      const answer = response.getResponseById(id);
      if (!answer.ok) throw new Error(`a request of a batch answered ${answer.status}`);
      answers.push((await answer.json()) as { id: string });
    }
  }
  return answers;
}

async function signIn(origin: string, owner: Colleague, redirectUri: string): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const common = { client_id: SANDBOX_CLIENT_ID, redirect_uri: redirectUri, scope: SCOPE };
  const query = new URLSearchParams({
    ...common,
    response_type: 'code',
    state: 's',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const manner = { account: owner.address, password: owner.password };
  const start = `${origin}/organizations/oauth2/v2.0/authorize?${query}`;
  const back = await passConsentPages(start, redirectUri, manner);
  const answer = await fetch(`${origin}/organizations/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...common,
      client_secret: SANDBOX_CLIENT_SECRET,
      grant_type: 'authorization_code',
      code: new URL(back).searchParams.get('code') ?? '',
      code_verifier: verifier,
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}
