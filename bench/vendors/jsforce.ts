/** Salesforce through jsforce: a query by SystemModstamp, and sObject Collections of 200 as its `create` and `update` make them of lists. */
import { createHash, randomBytes } from 'node:crypto';
import jsforce from 'jsforce';
import type { Colleague } from '../../sandbox/cast.ts';
import { SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET } from '../../sandbox/simulated-services.ts';
import { type BenchCollection, type BenchItem, rowOf, SALESFORCE_OBJECT } from '../items.ts';
import type { Thing, VendorSide } from './vendor-sync.ts';

const FIELDS = {
  Event: 'Id, Subject, Description, Location, StartDateTime',
  Contact: 'Id, LastName, MobilePhone',
  Task: 'Id, Subject, Description, ActivityDate',
} as const;

interface Row {
  readonly Id: string;
  readonly Subject?: string;
  readonly LastName?: string;
  readonly Description?: string | null;
  readonly Location?: string | null;
  readonly MobilePhone?: string | null;
  readonly ActivityDate?: string | null;
  readonly StartDateTime?: string;
}

export async function openJsforce(
  origin: string,
  owner: Colleague,
  redirectUri: string,
  collection: BenchCollection,
): Promise<VendorSide> {
  const connection = await connect(origin, owner, redirectUri);
  const object = SALESFORCE_OBJECT[collection];
  const { user_id: userId } = await connection.identity();
  const isContacts = collection === 'contacts';
  let since: string | null = null;
  const change = { events: 'Location', contacts: 'MobilePhone', tasks: 'ActivityDate' } as const;
  const itemOf = (row: Row): BenchItem => ({
    title: row.Subject ?? row.LastName ?? '',
    text: row.Description ?? '',
    line: row.Location ?? row.MobilePhone ?? row.ActivityDate ?? '',
    startAt: row.StartDateTime === undefined ? 0 : Date.parse(row.StartDateTime),
  });
  return {
    async changed(): Promise<readonly Thing[]> {
      const now = new Date().toISOString();
      const bound: string = since === null ? '' : ` AND SystemModstamp >= ${since}`;
      const soql = `SELECT ${FIELDS[object]} FROM ${object} WHERE OwnerId = '${userId}'${bound}`;
      const { records } = await connection.query<Row>(soql).run({ autoFetch: true, maxFetch: 100_000 });
      since = now;
      return records.map((row) => ({ id: row.Id, item: itemOf(row) }));
    },
    async make(items) {
      const rows = items.map((item) => ({
        ...rowOf(collection, item),
        ...(isContacts ? { OwnerId: userId } : {}),
      }));
      const results = await connection.sobject(object).create(rows, { allowRecursive: true });
      return results.map(({ id }) => id ?? '');
    },
    async change(things) {
      const rows = things.map(({ id, item }) => ({ Id: id, [change[collection]]: item.line }));
      await connection.sobject(object).update(rows, { allowRecursive: true });
    },
  };
}

async function connect(origin: string, owner: Colleague, redirectUri: string): Promise<jsforce.Connection> {
  const verifier = randomBytes(32).toString('base64url');
  const oauth2 = new jsforce.OAuth2({
    loginUrl: origin,
    clientId: SANDBOX_CLIENT_ID,
    clientSecret: SANDBOX_CLIENT_SECRET,
    redirectUri,
  });
  const url = new URL(oauth2.getAuthorizationUrl({ scope: 'api refresh_token id', state: 's' }));
  url.searchParams.set('code_challenge', createHash('sha256').update(verifier).digest('base64url'));
  url.searchParams.set('code_challenge_method', 'S256');
  const form = { username: owner.salesforceUsername, pw: owner.password, decision: 'allow' };
  const allowed = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(form),
    redirect: 'manual',
  });
  const back = new URL(allowed.headers.get('location') ?? 'none:');
  const connection = new jsforce.Connection({ oauth2, version: '62.0', instanceUrl: origin });
  await connection.authorize(back.searchParams.get('code') ?? '', { code_verifier: verifier });
  return connection;
}
