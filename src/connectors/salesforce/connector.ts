/**
 * Salesforce as a `CrmConnector`: one org seen by one user for the length of a run. It puts the parts together and holds what they learn; the parts
 * know nothing of each other's state. Retries after trouble are not here but in `with-backoff.ts`.
 */
import type { Clock, Random } from '../../model/clock.ts';
import type { CrmConnector, CrmIdentity, SaveResult } from '../../model/connector.ts';
import { RemoteFailure } from '../../model/failure.ts';
import { createHttp, type Fetch, type Http } from '../http.ts';
import type { TokenSource } from '../token-source.ts';
import { checkOrg } from './check.ts';
import { type DescribeCache, type OrgShape, readShape } from './describe.ts';
import { describeRecords } from './describe-records.ts';
import { findAbout } from './find-about.ts';
import { isTrustedOrigin } from './login-host.ts';
import { lookUp } from './look-up.ts';
import { toIdentity } from './oauth.ts';
import { type Api, readQueries, readResources } from './operations.ts';
import { capabilitiesOf } from './org.ts';
import { userIdOf } from './record-id.ts';
import { createRecords } from './records/records.ts';
import { removeRecords } from './remove-records.ts';
import { saveEmails } from './save-emails.ts';
import type { TaskContext } from './task-mapping.ts';
import { findUsers, listUsers } from './users.ts';
import { createWire, type SalesforceToken } from './wire.ts';

/** The oldest version that all that is used here exists in and that is not near retirement. */
const DEFAULT_API_VERSION = 'v62.0';

export interface SalesforceOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly tokens: TokenSource<SalesforceToken>;
  /** Shared by all connectors of a process. */
  readonly describeCache: DescribeCache;
  /** `v62.0`. */
  readonly apiVersion?: string;
  readonly signal?: AbortSignal;
  /** Origins besides Salesforce's own that may see the token. */
  readonly extraOrigins?: readonly string[];
  /** For one request; default 100 s (Salesforce ends a query after 120 s). */
  readonly deadlineMs?: number;
  /** The user whose records these are, where the session is a service account's. */
  readonly ownerId?: string | null;
}

interface Session {
  readonly http: Http;
  readonly api: Api;
  readonly readOrg: (force?: boolean) => Promise<OrgShape>;
  readonly identify: () => Promise<CrmIdentity>;
  /** Whose records these are. */
  readonly readUserId: () => Promise<string | null>;
}

/** The wire, and what is learned once and kept. */
function openSession(options: SalesforceOptions): Session {
  const { clock, signal, extraOrigins = [] } = options;
  const http = createHttp({
    fetch: options.fetch,
    clock,
    ...(signal === undefined ? {} : { signal }),
    ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
  });
  const wire = createWire({ http, tokens: options.tokens, extraOrigins });
  const api: Api = { wire, version: options.apiVersion ?? DEFAULT_API_VERSION };
  let identity: CrmIdentity | null = null;
  return {
    http,
    api,
    async readOrg(force = false) {
      const { identityUrl } = await wire.token();
      const cacheKey = `${api.version} ${identityUrl}`;
      return readShape({ api, clock, cache: options.describeCache }, cacheKey, force);
    },
    async identify() {
      identity ??= toIdentity(await readIdentityPage(api, extraOrigins));
      return identity;
    },
    readUserId: async () => options.ownerId ?? userIdOf((await wire.token()).identityUrl),
  };
}

/** Opens without a request; each method's requests are named in `docs/remote-services/salesforce.md#requests`. */
export function createSalesforceConnector(options: SalesforceOptions): CrmConnector {
  const { clock, random, signal } = options;
  const { http, api, readOrg, identify, readUserId } = openSession(options);
  const { wire } = api;
  const timing = { api, clock, random, ...(signal === undefined ? {} : { signal }) };
  const created = new Set<string>();
  let task: TaskContext | null = null;

  const readTaskContext = async (org: OrgShape): Promise<TaskContext> => {
    task ??= {
      closedStatus: await readClosedStatus(api, org),
      timeZone: (await identify()).timeZone,
      ownerId: options.ownerId ?? null,
    };
    return task;
  };

  const find: CrmConnector['lookUp'] = async (query) => {
    const userId = await readUserId();
    try {
      return await lookUp({ api, org: await readOrg(), userId }, query);
    } catch (error) {
      // A field went away since the org was described.
      if (!(error instanceof RemoteFailure) || error.failure.code !== 'crm.field-missing') throw error;
      return lookUp({ api, org: await readOrg(true), userId }, query);
    }
  };

  return {
    records: createRecords({ ...timing, readOrg, readUserId, ownerId: options.ownerId ?? null }),
    capabilities: async () => capabilitiesOf(await readOrg()),
    identify,
    check: () => checkOrg({ api, identify, readOrg: () => readOrg(true) }),
    async poll() {
      await readResources(api);
      return { usage: wire.usage() };
    },
    lookUp: find,
    async saveEmails(drafts) {
      const results = await saveEmails(
        {
          ...timing,
          onCreated: (id) => created.add(id),
          readOrg,
          readTaskContext,
          async findRecords(keys) {
            const found = await find({ addresses: [], domains: [], keys, relateTo: 'account' });
            return new Map(found.emails.map(({ key, recordId }) => [key, recordId]));
          },
        },
        drafts,
      );
      return results.map((result) => tellCreated(result, created));
    },
    recordUrl: async (recordId) => new URL(`/${recordId}`, (await wire.token()).instanceUrl).href,
    describeRecords: (recordIds) => describeRecords(api, recordIds),
    removeRecords: async (recordIds) =>
      removeRecords(api, userIdOf((await wire.token()).identityUrl), recordIds),
    findAbout: async (address, after) => findAbout({ api, org: await readOrg() }, address, after),
    listUsers: (query) => listUsers(api, query),
    findUsers: (wish) => findUsers(api, wish),
    usage: () => wire.usage(),
    traffic: () => http.traffic(),
    close: async () => undefined,
  };
}

/** The token's own identity URL, or the same path on the org's host. Vendor page: docs/remote-services/salesforce.md#identity */
async function readIdentityPage(api: Api, extraOrigins: readonly string[]): Promise<unknown> {
  const { instanceUrl, identityUrl } = await api.wire.token();
  const url = new URL(identityUrl, instanceUrl);
  const path = isTrustedOrigin(url.origin, extraOrigins) ? url.href : url.pathname;
  return api.wire.call({ method: 'GET', path, operation: 'identity', refusals: [403] });
}

/** A task status that counts as closed, in the org's own words. Vendor page: docs/remote-services/salesforce.md#task-status */
async function readClosedStatus(api: Api, org: OrgShape): Promise<string> {
  const [rows = []] = await readQueries(
    api,
    ['SELECT ApiName,IsDefault FROM TaskStatus WHERE IsClosed = true ORDER BY SortOrder'],
    'task-status',
  );
  const names = rows.flatMap((row) => (typeof row.ApiName === 'string' ? [row.ApiName] : []));
  const offered = org.objects.get('Task')?.fields.get('Status')?.picklistValues ?? [];
  const usable = names.filter(
    (name) => offered.length === 0 || offered.some(({ value, active }) => value === name && active !== false),
  );
  return usable.includes('Completed') ? 'Completed' : (usable[0] ?? 'Completed');
}

/** Made by an earlier call whose other results were lost: still ours. Told once, then forgotten. */
function tellCreated(result: SaveResult, created: Set<string>): SaveResult {
  return result.ok && created.delete(result.recordId) ? { ...result, created: true } : result;
}
