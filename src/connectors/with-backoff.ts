/**
 * Repeats a connector's calls after transient trouble: exponential back-off with full jitter, bounded in attempts and in time. It
 * never repeats a refusal, and it decides nothing else: what repeats is the table of dispositions.
 */
import { backoffMs, defaultBackoff } from '../model/backoff.ts';
import type { AbortSignalLike, Clock, Random } from '../model/clock.ts';
import type { CrmConnector, EmailDraft, MailConnector, SaveResult } from '../model/connector.ts';
import type { CrmRecords } from '../model/crm-records.ts';
import { dispositionOf, RemoteFailure } from '../model/failure.ts';
import type { EmailKey, RecordId } from '../model/ids.ts';
import type { MailItems } from '../model/mail-items.ts';
import { HOST_SILENT } from './network-codes.ts';

export interface BackoffOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal?: AbortSignalLike;
  /** Calls in all, the first one included. Default 4. */
  readonly attemptsMax?: number;
  /** The wait before the second call is drawn from 0 to this; it doubles each time. Default 1 s. */
  readonly firstWaitMs?: number;
  /** No single wait is longer. Default 20 s; a service that asks for more is left to the next run. */
  readonly waitMsMax?: number;
  /** From the first call to the start of the last one. Default 120 s. */
  readonly totalMsMax?: number;
}

const TOTAL_MS_MAX = 120_000;

/**
 * Calls until it succeeds, until the trouble is not of the kind that repeats, or until the bounds are reached; then rejects with the last
 * error. A wait that the service asked for is obeyed when it is short enough, else the error is passed on at once.
 */
export async function repeatCall<Value>(call: () => Promise<Value>, options: BackoffOptions): Promise<Value> {
  const startedAt = options.clock.now();
  const attemptsMax = options.attemptsMax ?? defaultBackoff.attemptsMax;
  const totalMsMax = options.totalMsMax ?? TOTAL_MS_MAX;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= attemptsMax) throw error;
      const waitMs = waitAfter(error, attempt, options);
      if (waitMs === null || options.clock.now() - startedAt + waitMs > totalMsMax) throw error;
      await options.clock.sleep(waitMs, options.signal);
    }
  }
}

/** How long to wait before the next call (`model/backoff.ts`), or null when there must be none. */
function waitAfter(error: unknown, attempt: number, options: BackoffOptions): number | null {
  if (!(error instanceof RemoteFailure) || !dispositionOf(error.failure).repeats) return null;
  if (error.failure.vendorCode === HOST_SILENT) return null;
  const waitMsMax = options.waitMsMax ?? defaultBackoff.ceilingMs;
  const asked = error.failure.retryAfterMs;
  if (asked !== undefined) return asked <= waitMsMax ? asked : null;
  const firstMs = options.firstWaitMs ?? defaultBackoff.firstMs;
  return backoffMs(attempt, options.random, { ...defaultBackoff, firstMs, ceilingMs: waitMsMax });
}

/** A mail connector whose calls are repeated; every one of them is safe to repeat. */
export function withBackoffMail(connector: MailConnector, options: BackoffOptions): MailConnector {
  return {
    capabilities: connector.capabilities,
    items: withBackoffItems(connector.items, options),
    identify: () => repeatCall(() => connector.identify(), options),
    check: () => repeatCall(() => connector.check(), options),
    listFeeds: (known) => repeatCall(() => connector.listFeeds(known), options),
    readChanges: (feed, cursor, since) =>
      repeatCall(() => connector.readChanges(feed, cursor, since), options),
    find: (wish) => repeatCall(() => connector.find(wish), options),
    readHeads: (items) => repeatCall(() => connector.readHeads(items), options),
    readContents: (items, limits) => repeatCall(() => connector.readContents(items, limits), options),
    mark: (marks) => repeatCall(() => connector.mark(marks), options),
    traffic: () => connector.traffic(),
    close: () => connector.close(),
  };
}

/** Items are made a second time only after they were looked for: the first answer may have been lost after they were made. */
function withBackoffItems(items: MailItems, options: BackoffOptions): MailItems {
  return {
    capabilities: items.capabilities,
    readItemChanges: (feed, cursor, window) =>
      repeatCall(() => items.readItemChanges(feed, cursor, window), options),
    readOccurrences: (feed, range, cursor) =>
      repeatCall(() => items.readOccurrences(feed, range, cursor), options),
    readItems: (collection, ids) => repeatCall(() => items.readItems(collection, ids), options),
    retellItems: (collection, ids, window) =>
      repeatCall(() => items.retellItems(collection, ids, window), options),
    createItems: (collection, made, { mayExist }) => {
      let isFirst = true;
      return repeatCall(() => {
        const mayExistNow = mayExist || !isFirst;
        isFirst = false;
        return items.createItems(collection, made, { mayExist: mayExistNow });
      }, options);
    },
    updateItems: (collection, updates) => repeatCall(() => items.updateItems(collection, updates), options),
    markItems: (collection, marks) => repeatCall(() => items.markItems(collection, marks), options),
  };
}

/** Records without a key of ours are made once only: the next run looks for them before it makes them. */
function withBackoffRecords(records: CrmRecords, options: BackoffOptions): CrmRecords {
  return {
    capabilities: () => repeatCall(() => records.capabilities(), options),
    readChanges: (asks) => repeatCall(() => records.readChanges(asks), options),
    readRecords: (collection, ids) => repeatCall(() => records.readRecords(collection, ids), options),
    findRecords: (collection, wishes) => repeatCall(() => records.findRecords(collection, wishes), options),
    writeRecords: async (collection, writes) => {
      const { externalKey } = (await repeatCall(() => records.capabilities(), options))[collection];
      const isSafe = writes.every(({ recordId, key }) => recordId !== null || (externalKey && key !== null));
      const write = () => records.writeRecords(collection, writes);
      return isSafe ? await repeatCall(write, options) : await write();
    },
    deleteRecords: (collection, ids) => repeatCall(() => records.deleteRecords(collection, ids), options),
    listContactViews: () => repeatCall(() => records.listContactViews(), options),
  };
}

/**
 * A CRM connector whose calls are repeated. Before mails are saved a second time their keys are looked up, because the first answer may
 * have been lost after the records were made; where neither a look-up nor the service could tell, mails are saved once only.
 */
export function withBackoffCrm(connector: CrmConnector, options: BackoffOptions): CrmConnector {
  return {
    records: withBackoffRecords(connector.records, options),
    capabilities: () => repeatCall(() => connector.capabilities(), options),
    identify: () => repeatCall(() => connector.identify(), options),
    check: () => repeatCall(() => connector.check(), options),
    poll: () => repeatCall(() => connector.poll(), options),
    lookUp: (query) => repeatCall(() => connector.lookUp(query), options),
    saveEmails: (drafts) => saveRepeatedly(connector, drafts, options),
    recordUrl: (recordId) => connector.recordUrl(recordId),
    describeRecords: (ids) => repeatCall(() => connector.describeRecords(ids), options),
    removeRecords: (ids) => repeatCall(() => connector.removeRecords(ids), options),
    findAbout: (address, after) => repeatCall(() => connector.findAbout(address, after), options),
    listUsers: (query) => repeatCall(() => connector.listUsers(query), options),
    findUsers: (wish) => repeatCall(() => connector.findUsers(wish), options),
    usage: () => connector.usage(),
    traffic: () => connector.traffic(),
    close: () => connector.close(),
  };
}

async function saveRepeatedly(
  connector: CrmConnector,
  drafts: readonly EmailDraft[],
  options: BackoffOptions,
): Promise<readonly SaveResult[]> {
  const capabilities = await repeatCall(() => connector.capabilities(), options);
  const canTell = capabilities.externalKey || capabilities.emailRecord === 'message';
  if (!canTell) return connector.saveEmails(drafts);
  let isFirst = true;
  return repeatCall(async () => {
    const known = isFirst ? drafts : await findSaved(connector, drafts, capabilities.lookUpMax);
    isFirst = false;
    return connector.saveEmails(known);
  }, options);
}

/** The drafts, with the records that exist by now. */
async function findSaved(
  connector: CrmConnector,
  drafts: readonly EmailDraft[],
  lookUpMax: number,
): Promise<readonly EmailDraft[]> {
  const found = new Map<EmailKey, RecordId>();
  const keys = drafts.filter((draft) => draft.recordId === null).map((draft) => draft.key);
  for (let start = 0; start < keys.length; start += lookUpMax) {
    const part = keys.slice(start, start + lookUpMax);
    const { emails } = await connector.lookUp({
      addresses: [],
      domains: [],
      keys: part,
      relateTo: 'account',
    });
    for (const email of emails) found.set(email.key, email.recordId);
  }
  return drafts.map((draft) => ({ ...draft, recordId: draft.recordId ?? found.get(draft.key) ?? null }));
}
