/**
 * Asks for many items in one request and sorts the answers back to the items: what the server left undone is asked again, what one
 * item spoils for the others is found by halving. It knows no shape; every loop has its limit.
 */
import type { ItemResult } from '../../model/connector.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import type { ItemId } from '../../model/ids.ts';
import { badItemCode, responseFailure, type Scope } from './failures.ts';
import { getFolderRoles } from './operations.ts';
import type { ServerVersion, XmlNode } from './soap.ts';
import type { Transport } from './transport.ts';

export interface Ask<T> {
  readonly operation: string;
  readonly ids: readonly ItemId[];
  readonly write: (ids: readonly ItemId[], version: ServerVersion) => string;
  readonly timeZone?: string | undefined;
  /** What a successful response message holds for the item; null when it holds nothing of use. */
  readonly read: (message: XmlNode, asked: ItemId) => T | null;
}

/** Requests for one batch at most, halving included: 256 items with a few bad ones need about 8 for each bad one. */
const REQUESTS_MAX = 60;

/** One result per id, in order. Rejects when the trouble is not an item's. */
export async function askItems<T>(transport: Transport, ask: Ask<T>): Promise<readonly ItemResult<T>[]> {
  const found = new Map<ItemId, ItemResult<T>>();
  const queue: (readonly ItemId[])[] = ask.ids.length === 0 ? [] : [[...new Set(ask.ids)]];
  const spoiled: { readonly id: ItemId; readonly failure: Failure }[] = [];
  let succeeded = 0;
  for (let requests = 0; queue.length > 0; requests += 1) {
    const batch = queue.shift() ?? [];
    try {
      if (requests >= REQUESTS_MAX) refuseToGoOn();
      const settled = await askOnce(transport, ask, batch, found);
      succeeded += settled;
      const rest = batch.filter((id) => !found.has(id));
      if (rest.length > 0) queue.unshift(...(settled > 0 ? [rest] : halves(rest)));
    } catch (error) {
      const details = error instanceof RemoteFailure ? error.failure : null;
      const [only] = batch;
      const rest = batch.filter((id) => !found.has(id));
      if (details === null || !isHalvable(details, scopeOf(ask)) || error instanceof ServerChokes)
        throw error;
      const alone = aloneFailure(details, scopeOf(ask));
      if (requests >= REQUESTS_MAX || (batch.length === 1 && alone === null)) throw error;
      if (batch.length > 1) queue.unshift(...halves(rest));
      else if (only !== undefined && alone !== null) spoiled.push({ id: only, failure: alone });
      // Where nothing went well the server itself may be in trouble, and then no item is to blame.
      if (queue.length === 0 && succeeded === 0 && !(await isWell(transport))) throw error;
    }
  }
  for (const { id, failure: details } of spoiled) found.set(id, { ok: false, itemId: id, failure: details });
  return ask.ids.map(
    (id) => found.get(id) ?? { ok: false, itemId: id, failure: failure('mailbox.item-unreadable') },
  );
}

function scopeOf({ operation }: Pick<Ask<unknown>, 'operation'>): Scope {
  return operation === 'UpdateItem' ? 'write' : 'item';
}

function refuseToGoOn(): never {
  throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'ErrorBatchProcessingStopped' }));
}

function halves<T>(all: readonly T[]): (readonly T[])[] {
  const middle = Math.ceil(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)].filter((half) => half.length > 0);
}

/** Whether a smaller request may succeed where this one failed. */
function isHalvable(details: Failure, scope: Scope): boolean {
  return details.vendorCode === 'ErrorTimeoutExpired' || aloneFailure(details, scope) !== null;
}

/** Whether the server answers the simplest question. */
async function isWell(transport: Transport): Promise<boolean> {
  let well = false;
  try {
    await transport.call({ operation: 'GetFolder', body: () => getFolderRoles(['inbox']) }, ({ ok }) => {
      well = ok;
    });
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
  }
  return well;
}

/** What a failed request means for its item when it asked for one alone; null when it is no item's fault. */
function aloneFailure({ vendorCode }: Failure, scope: Scope): Failure | null {
  if (vendorCode === 'BODY_BYTES_MAX') return failure('mailbox.item-too-large', { vendorCode });
  if (vendorCode === CHOKED || vendorCode === 'MalformedXml')
    return failure(badItemCode(scope), { vendorCode });
  // The server refused the request unread: of a write, something in the item is no valid XML of its kind.
  if (vendorCode === 'ErrorSchemaValidation' && scope === 'write')
    return failure('mailbox.item-refused', { vendorCode });
  return null;
}

/** Sends one request; returns how many items it settled. */
async function askOnce<T>(
  transport: Transport,
  ask: Ask<T>,
  batch: readonly ItemId[],
  found: Map<ItemId, ItemResult<T>>,
): Promise<number> {
  let at = 0;
  let settled = 0;
  let choked = 0;
  const body = (version: ServerVersion): string => ask.write(batch, version);
  const { operation, timeZone } = ask;
  await transport.call({ operation, body, scope: 'mailbox', timeZone }, ({ ok, code, node }) => {
    const id = batch[at];
    at += 1;
    if (id === undefined || code === 'ErrorBatchProcessingStopped') return;
    if (ok) {
      const value = ask.read(node, id);
      found.set(
        id,
        value === null
          ? { ok: false, itemId: id, failure: failure('mailbox.item-unreadable', { vendorCode: 'NoItem' }) }
          : { ok: true, value },
      );
    } else found.set(id, { ok: false, itemId: id, failure: itemFailure(code, scopeOf(ask)) });
    settled += 1;
    if (!ok && code === CHOKED) choked += 1;
  });
  if (choked > CHOKED_ITEMS_MAX && choked === settled) throw new ServerChokes();
  return settled;
}

const CHOKED = 'ErrorInternalServerError';
/** So many damaged items may meet in one request; when more fail and none succeeds, the trouble is the server's own. */
const CHOKED_ITEMS_MAX = 3;

class ServerChokes extends RemoteFailure {
  constructor() {
    super(responseFailure(CHOKED, 'mailbox'));
  }
}

/** Rejects when the trouble is not the item's. */
function itemFailure(code: string, scope: Scope): Failure {
  const details = responseFailure(code, scope);
  if (details.kind === 'bad-item') return details;
  // Said of one item by a server that answers otherwise: this item is what it chokes on.
  if (code === CHOKED) return failure(badItemCode(scope), { vendorCode: code });
  throw new RemoteFailure(details);
}
