/**
 * Inserts mails and sees to those that Salesforce refused at first: locked rows again one after another, mended records once more. What is left is an
 * outcome per mail; only trouble that concerns the whole request is thrown.
 */
import { type BackoffLimits, backoffMs } from '../../model/backoff.ts';
import type { AbortSignalLike, Clock, Random } from '../../model/clock.ts';
import type { EmailDraft } from '../../model/connector.ts';
import { RemoteFailure } from '../../model/failure.ts';
import type { Api, WriteOutcome } from './operations.ts';
import { mendRow, type Remedy, remedyFor } from './repair.ts';
import { type Pack, packWrites, sendPack, toWrite, type Write } from './writes.ts';

export interface InsertContext {
  readonly api: Api;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal?: AbortSignalLike;
  /** Told of each record as soon as its id is known. */
  readonly onCreated: (id: string) => void;
}

/** Another program holds the parent record: again, alone, up to so many times. */
const LOCK_WAITS: BackoffLimits = { firstMs: 1_000, ceilingMs: 30_000, attemptsMax: 5 };
/** Graphs that were halted because of others are sent again so many times. */
const HALTED_ROUNDS_MAX = 3;

/** What became of each mail so far; filled request by request, so that what was made is known even when a later request fails. */
export type Outcomes = Map<EmailDraft, WriteOutcome>;

/** Settles every write in `outcomes`. Rejects with `RemoteFailure` when a request as a whole was refused. */
export async function insertWrites(
  context: InsertContext,
  writes: readonly Write[],
  outcomes: Outcomes,
): Promise<void> {
  await sendAll(context, writes, outcomes);
  for (let round = 0; round < HALTED_ROUNDS_MAX; round += 1)
    await sendAll(context, refused(writes, outcomes, 'repeat'), outcomes);
  await sendMended(context, refused(writes, outcomes, 'mend'), outcomes);
  for (const write of refused(writes, outcomes, 'wait-and-repeat'))
    await outwaitLock(context, write, outcomes);
}

/** Those writes whose refusal asks for this remedy. */
export function refused(writes: readonly Write[], outcomes: Outcomes, remedy: Remedy): readonly Write[] {
  return writes.filter((write) => {
    const outcome = outcomes.get(write.draft);
    return outcome !== undefined && !outcome.ok && remedyFor(outcome.errors) === remedy;
  });
}

async function sendAll(context: InsertContext, writes: readonly Write[], outcomes: Outcomes): Promise<void> {
  for (const pack of packWrites(writes)) await send(context, pack, outcomes);
}

/** A request that Salesforce cannot read is halved until the one mail is found that spoils it. */
async function send(context: InsertContext, pack: Pack, outcomes: Outcomes): Promise<void> {
  try {
    const results = await sendPack(context.api, pack);
    for (const [index, write] of pack.writes.entries()) {
      const result = results[index] ?? { ok: false, errors: [] };
      if (result.ok && write.parentId === null) context.onCreated(result.id);
      outcomes.set(write.draft, result);
    }
  } catch (error) {
    if (!(error instanceof RemoteFailure) || !isAboutBody(error)) throw error;
    const [only] = pack.writes;
    if (pack.writes.length === 1 && only !== undefined) {
      const code = error.failure.vendorCode ?? 'UNREADABLE_RECORD';
      outcomes.set(only.draft, { ok: false, errors: [{ code, message: '', fields: [] }] });
      return;
    }
    const middle = Math.ceil(pack.writes.length / 2);
    await send(context, { ...pack, writes: pack.writes.slice(0, middle) }, outcomes);
    await send(context, { ...pack, writes: pack.writes.slice(middle) }, outcomes);
  }
}

const BODY_CODES = new Set(['JSON_PARSER_ERROR', 'HTTP 400', 'HTTP 413']);

function isAboutBody(error: RemoteFailure): boolean {
  const { kind, vendorCode } = error.failure;
  return kind === 'request-invalid' && vendorCode !== undefined && BODY_CODES.has(vendorCode);
}

/** Sends records again that were changed so that they may pass; those that nothing can be done about are left refused. */
export async function sendMended(
  context: InsertContext,
  writes: readonly Write[],
  outcomes: Outcomes,
): Promise<void> {
  const mended = writes.flatMap((write) => mendWrite(write, outcomes.get(write.draft)) ?? []);
  await sendAll(context, mended, outcomes);
}

function mendWrite(write: Write, outcome: WriteOutcome | undefined): Write | null {
  if (outcome === undefined || outcome.ok) return null;
  const rows = write.rows.map((row) => mendRow(row, outcome.errors));
  if (rows.every((row) => row === null)) return null;
  return toWrite(
    write.draft,
    write.object,
    rows.map((row, index) => row ?? write.rows[index] ?? {}),
  );
}

/** Full jitter below a doubling ceiling; one at a time, so that Lockstep never fights itself for the lock. */
async function outwaitLock(context: InsertContext, write: Write, outcomes: Outcomes): Promise<void> {
  for (let attempt = 1; attempt <= LOCK_WAITS.attemptsMax; attempt += 1) {
    await context.clock.sleep(backoffMs(attempt, context.random, LOCK_WAITS), context.signal);
    await sendAll(context, [write], outcomes);
    if (refused([write], outcomes, 'wait-and-repeat').length === 0) return;
  }
}
