/** Google through googleapis: lists by sync token (tasks: by `updatedMin`) with the largest pages, one call a write but for new contacts, which it makes 200 at a time. */
import { type calendar_v3, google, type people_v1 } from 'googleapis';
import type { Colleague } from '../../sandbox/cast.ts';
import { passConsentPages } from '../../sandbox/consent-pages.ts';
import { SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET } from '../../sandbox/simulated-services.ts';
import { type BenchCollection, type BenchItem, CONTACTS_FOLDER, googleItem } from '../items.ts';
import { piecesOf, type Thing, type VendorSide } from './vendor-sync.ts';

type Auth = InstanceType<typeof google.auth.OAuth2>;

const SCOPES = ['calendar.events', 'contacts', 'tasks'].map(
  (name) => `https://www.googleapis.com/auth/${name}`,
);
const DAY = 86_400_000;

export async function openGoogleapis(
  origin: string,
  owner: Colleague,
  redirectUri: string,
  collection: BenchCollection,
): Promise<VendorSide> {
  const auth = new google.auth.OAuth2({
    clientId: SANDBOX_CLIENT_ID,
    clientSecret: SANDBOX_CLIENT_SECRET,
    redirectUri,
    endpoints: {
      oauth2AuthBaseUrl: `${origin}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${origin}/token`,
    },
  });
  const url = auth.generateAuthUrl({ access_type: 'offline', scope: ['openid', 'email', ...SCOPES] });
  const manner = { account: owner.address, password: owner.password };
  const back = await passConsentPages(url, redirectUri, manner);
  const { tokens } = await auth.getToken(new URL(back).searchParams.get('code') ?? '');
  auth.setCredentials(tokens);
  const rootUrl = `${origin}/`;
  if (collection === 'events') return eventsOf(rootUrl, auth);
  return collection === 'tasks' ? tasksOf(rootUrl, auth) : await contactsOf(rootUrl, auth);
}

function eventsOf(rootUrl: string, auth: Auth): VendorSide {
  const { events } = google.calendar({ version: 'v3', auth, rootUrl });
  const common = { calendarId: 'primary', sendUpdates: 'none' } as const;
  const timeMin = new Date(Date.now() - 14 * DAY).toISOString();
  let syncToken: string | undefined;
  return {
    async changed() {
      const things: Thing[] = [];
      let pageToken: string | undefined;
      do {
        const { data } = await events.list({
          calendarId: 'primary',
          maxResults: 2_500,
          singleEvents: true,
          ...(syncToken === undefined ? { timeMin } : { syncToken }),
          ...(pageToken === undefined ? {} : { pageToken }),
        });
        for (const { id, summary, description, location, start } of data.items ?? [])
          things.push({
            id: id ?? '',
            item: {
              title: summary ?? '',
              text: description ?? '',
              line: location ?? '',
              startAt: Date.parse(start?.dateTime ?? ''),
            },
          });
        pageToken = data.nextPageToken ?? undefined;
        syncToken = data.nextSyncToken ?? syncToken;
      } while (pageToken !== undefined);
      return things;
    },
    async make(items) {
      const ids: string[] = [];
      for (const item of items) {
        const requestBody: calendar_v3.Schema$Event = googleItem('events', item) as object;
        ids.push((await events.insert({ ...common, requestBody })).data.id ?? '');
      }
      return ids;
    },
    async change(things) {
      for (const { id, item } of things)
        await events.patch({ ...common, eventId: id, requestBody: { location: item.line } });
    },
  };
}

function tasksOf(rootUrl: string, auth: Auth): VendorSide {
  const { tasks } = google.tasks({ version: 'v1', auth, rootUrl });
  const tasklist = '@default';
  let updatedMin: string | undefined;
  return {
    async changed() {
      const now = new Date().toISOString();
      const things: Thing[] = [];
      let pageToken: string | undefined;
      do {
        const { data } = await tasks.list({
          tasklist,
          maxResults: 100,
          showHidden: true,
          ...(updatedMin === undefined ? {} : { updatedMin }),
          ...(pageToken === undefined ? {} : { pageToken }),
        });
        for (const { id, title, notes, due } of data.items ?? [])
          things.push({
            id: id ?? '',
            item: { title: title ?? '', text: notes ?? '', line: (due ?? '').slice(0, 10), startAt: 0 },
          });
        pageToken = data.nextPageToken ?? undefined;
      } while (pageToken !== undefined);
      updatedMin = now;
      return things;
    },
    async make(items) {
      const ids: string[] = [];
      for (const item of items)
        ids.push((await tasks.insert({ tasklist, requestBody: googleItem('tasks', item) })).data.id ?? '');
      return ids;
    },
    async change(things) {
      for (const { id, item } of things)
        await tasks.patch({ tasklist, task: id, requestBody: { due: `${item.line}T00:00:00.000Z` } });
    },
  };
}

const PERSON_FIELDS = 'names,emailAddresses,phoneNumbers,memberships,metadata';
const PERSONS_MAX = 200;

async function contactsOf(rootUrl: string, auth: Auth): Promise<VendorSide> {
  const { people, contactGroups } = google.people({ version: 'v1', auth, rootUrl });
  const { data: groups } = await contactGroups.list();
  const contactGroupResourceName =
    groups.contactGroups?.find(({ name }) => name === CONTACTS_FOLDER)?.resourceName ?? '';
  const memberships = [{ contactGroupMembership: { contactGroupResourceName } }];
  const metadata = new Map<string, people_v1.Schema$PersonMetadata>();
  let syncToken: string | undefined;
  const keep = (person: people_v1.Schema$Person): string => {
    const id = person.resourceName ?? '';
    if (person.metadata !== undefined) metadata.set(id, person.metadata);
    return id;
  };
  return {
    async changed() {
      const things: Thing[] = [];
      let pageToken: string | undefined;
      do {
        const { data } = await people.connections.list({
          resourceName: 'people/me',
          personFields: PERSON_FIELDS,
          pageSize: 1_000,
          requestSyncToken: true,
          ...(syncToken === undefined ? {} : { syncToken }),
          ...(pageToken === undefined ? {} : { pageToken }),
        });
        for (const person of data.connections ?? []) things.push({ id: keep(person), item: itemOf(person) });
        pageToken = data.nextPageToken ?? undefined;
        syncToken = data.nextSyncToken ?? syncToken;
      } while (pageToken !== undefined);
      return things;
    },
    async make(items) {
      const ids: string[] = [];
      for (const piece of piecesOf(items, PERSONS_MAX)) {
        const contacts = piece.map((item) => ({
          contactPerson: { ...googleItem('contacts', item), memberships },
        }));
        const { data } = await people.batchCreateContacts({
          requestBody: { contacts, readMask: PERSON_FIELDS },
        });
        ids.push(...(data.createdPeople ?? []).map(({ person }) => keep(person ?? {})));
      }
      return ids;
    },
    async change(things) {
      for (const { id, item } of things) {
        const { data } = await people.updateContact({
          resourceName: id,
          updatePersonFields: 'phoneNumbers',
          personFields: PERSON_FIELDS,
          requestBody: {
            phoneNumbers: [{ value: item.line, type: 'mobile' }],
            metadata: metadata.get(id) ?? {},
          },
        });
        keep(data);
      }
    },
  };
}

function itemOf({ names, phoneNumbers }: people_v1.Schema$Person): BenchItem {
  return {
    title: names?.[0]?.familyName ?? '',
    text: '',
    line: phoneNumbers?.[0]?.value ?? '',
    startAt: 0,
  };
}
