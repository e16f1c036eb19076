/**
 * Carries `saveEmails` out: new mails are inserted, found ones get the files they lack, and each draft ends in one result. Shapes, mapping, packing and
 * repairs are elsewhere; here is only their order.
 */
import type { EmailDraft, SaveResult } from '../../model/connector.ts';
import type { Attachment } from '../../model/email.ts';
import { type Failure, RemoteFailure } from '../../model/failure.ts';
import type { EmailKey, RecordId } from '../../model/ids.ts';
import { fieldMissing, type OrgShape } from './describe.ts';
import { recordFailure } from './failures.ts';
import { missingFiles, readFileMarks, toContentVersion } from './files.ts';
import { type InsertContext, insertWrites, type Outcomes, refused, sendMended } from './insert.ts';
import { findKnownTasks } from './known-tasks.ts';
import { toEmailMessage } from './mapping.ts';
import { insertWithBinary, type WriteOutcome } from './operations.ts';
import { emailRecordOf, hasKeyField, missingNames, recordShape } from './org.ts';
import { remedyFor } from './repair.ts';
import { type TaskContext, toTasks } from './task-mapping.ts';
import { toFileWrite, toWrite, type Write } from './writes.ts';

export interface SaveContext extends InsertContext {
  /** `force` reads the org's shape anew. */
  readonly readOrg: (force: boolean) => Promise<OrgShape>;
  readonly readTaskContext: (org: OrgShape) => Promise<TaskContext>;
  /** Records by key, for mails that Salesforce refused as doubles. */
  readonly findRecords: (keys: readonly EmailKey[]) => Promise<ReadonlyMap<EmailKey, RecordId>>;
}

interface Saved {
  readonly recordId: RecordId;
  readonly created: boolean;
  /** Already in with the record. */
  readonly files: number;
  /** Still to come. */
  readonly lateFiles: readonly Attachment[];
}

type Progress = Saved | { readonly failure: Failure };

/** One result per draft, in order. Rejects when the org lacks a field, is full, or refuses a request as a whole. */
export async function saveEmails(
  context: SaveContext,
  drafts: readonly EmailDraft[],
): Promise<readonly SaveResult[]> {
  const progress = new Map<EmailDraft, Progress>();
  const found = drafts.filter((draft) => draft.recordId !== null);
  const fresh = drafts.filter((draft) => draft.recordId === null);
  if (fresh.length > 0) await insertFresh(context, fresh, progress);
  await addFound(
    context,
    found.map((draft) => ({ draft, recordId: draft.recordId })),
    progress,
  );
  await addFiles(context, progress);
  return drafts.map((draft) => resultOf(draft, progress.get(draft)));
}

async function insertFresh(
  context: SaveContext,
  drafts: readonly EmailDraft[],
  progress: Map<EmailDraft, Progress>,
): Promise<void> {
  const known = await findUnkeyed(context, drafts);
  const again = drafts.filter((draft) => known.has(draft.key));
  await addFound(
    context,
    again.map((draft) => ({ draft, recordId: known.get(draft.key) ?? null })),
    progress,
  );
  const fresh = drafts.filter((draft) => !known.has(draft.key));
  const outcomes: Outcomes = new Map();
  const writes = fresh.length === 0 ? [] : await insertKnowingShape(context, fresh, outcomes);
  const doubles: EmailDraft[] = [];
  for (const write of writes) {
    const outcome = outcomes.get(write.draft) ?? { ok: false, errors: [] };
    if (outcome.ok)
      progress.set(write.draft, {
        recordId: outcome.id as RecordId,
        created: true,
        files: write.files.length,
        lateFiles: write.lateFiles,
      });
    else if (remedyFor(outcome.errors) === 'look-up') doubles.push(write.draft);
    else progress.set(write.draft, { failure: failureOf(write.object, outcome) });
  }
  if (doubles.length === 0) return;
  const records = await context.findRecords(doubles.map(({ key }) => key));
  const refusedAsDoubles = doubles.map((draft) => ({ draft, recordId: records.get(draft.key) ?? null }));
  await addFound(context, refusedAsDoubles, progress);
}

/** Tasks without a key field cannot be looked up by it: what a cut-short save left behind is found by its content instead. */
async function findUnkeyed(
  context: SaveContext,
  drafts: readonly EmailDraft[],
): Promise<ReadonlyMap<EmailKey, RecordId>> {
  const org = await context.readOrg(false);
  const shape = recordShape(org);
  if (shape === undefined || emailRecordOf(org) === 'message' || hasKeyField(shape)) return new Map();
  const task = await context.readTaskContext(org);
  const wanted = drafts.flatMap((draft) => {
    const [first] = toTasks(draft, shape, task);
    return first === undefined ? [] : [{ key: draft.key, task: first }];
  });
  return await findKnownTasks(context.api, shape, wanted);
}

/** A field that went away since the org was described makes it be described anew, once; what is refused even then is dropped by name. */
async function insertKnowingShape(
  context: SaveContext,
  drafts: readonly EmailDraft[],
  outcomes: Outcomes,
): Promise<readonly Write[]> {
  const writes = await toWrites(context, drafts, false);
  try {
    await insertWrites(context, writes, outcomes);
  } catch (error) {
    // An unknown field may refuse a collection as a whole, before any of its records is made.
    if (!(error instanceof RemoteFailure) || error.failure.code !== 'crm.field-missing') throw error;
  }
  const describedWrong = new Set(refused(writes, outcomes, 'describe').map(({ draft }) => draft));
  const left = drafts.filter((draft) => !outcomes.has(draft) || describedWrong.has(draft));
  if (left.length === 0) return writes;
  const again = await toWrites(context, left, true);
  await insertWrites(context, again, outcomes);
  await sendMended(context, refused(again, outcomes, 'describe'), outcomes);
  return [...writes.filter(({ draft }) => !left.includes(draft)), ...again];
}

async function toWrites(
  context: SaveContext,
  drafts: readonly EmailDraft[],
  force: boolean,
): Promise<readonly Write[]> {
  const known = await context.readOrg(force);
  // What was missing may have been granted since: a remedy must not wait for the describe to grow old.
  const org = force || missingNames(known).length === 0 ? known : await context.readOrg(true);
  const missing = missingNames(org);
  const shape = recordShape(org);
  if (missing.length > 0 || shape === undefined) throw fieldMissing(missing);
  if (emailRecordOf(org) === 'message')
    return drafts.map((draft) => toWrite(draft, 'EmailMessage', [toEmailMessage(draft, shape)]));
  const task = await context.readTaskContext(org);
  return drafts.map((draft) => toWrite(draft, 'Task', toTasks(draft, shape, task)));
}

function failureOf(object: string, outcome: WriteOutcome): Failure {
  const errors = outcome.ok ? [] : outcome.errors;
  const failure = recordFailure(errors, object);
  // A full org or a used-up allowance stops every mail, so it ends the run instead of becoming an issue per mail.
  if (failure.kind === 'quota-or-licence' || failure.kind === 'throttled') throw new RemoteFailure(failure);
  return failure;
}

/** Records that exist already: their files are compared in one query, and only the missing ones are left to add. */
async function addFound(
  context: SaveContext,
  found: readonly { readonly draft: EmailDraft; readonly recordId: RecordId | null }[],
  progress: Map<EmailDraft, Progress>,
): Promise<void> {
  const withFiles = found.flatMap(({ draft, recordId }) =>
    recordId !== null && draft.content.attachments.length > 0 ? [recordId] : [],
  );
  const marks = await readFileMarks(context.api, withFiles);
  for (const { draft, recordId } of found) {
    if (recordId === null) {
      const duplicate = [{ code: 'DUPLICATE_VALUE', message: '', fields: [] }];
      progress.set(draft, { failure: recordFailure(duplicate, 'EmailMessage') });
      continue;
    }
    progress.set(draft, {
      recordId,
      created: false,
      files: 0,
      lateFiles: missingFiles(draft.content.attachments, marks.get(recordId) ?? []),
    });
  }
}

/** The files that are still to come: small ones many to a request, all or none per mail; the others one by one. */
async function addFiles(context: SaveContext, progress: Map<EmailDraft, Progress>): Promise<void> {
  const writes = [...progress].flatMap(([draft, state]) =>
    'failure' in state || state.lateFiles.length === 0
      ? []
      : [toFileWrite(draft, state.recordId, state.lateFiles)],
  );
  const outcomes: Outcomes = new Map();
  await insertWrites(
    context,
    writes.filter(({ files }) => files.length > 0),
    outcomes,
  );
  for (const write of writes) {
    const state = progress.get(write.draft);
    if (state === undefined || 'failure' in state) continue;
    const outcome = outcomes.get(write.draft);
    if (outcome !== undefined && !outcome.ok)
      progress.set(write.draft, { failure: failureOf('ContentVersion', outcome) });
    else progress.set(write.draft, await addLargeFiles(context, write, state));
  }
}

async function addLargeFiles(context: SaveContext, write: Write, state: Saved): Promise<Progress> {
  let files = state.files + write.files.length;
  for (const file of write.lateFiles) {
    try {
      await upload(context, file, state.recordId);
      files += 1;
    } catch (error) {
      if (!(error instanceof RemoteFailure) || error.failure.kind !== 'bad-item') throw error;
      return { failure: error.failure };
    }
  }
  return { ...state, files };
}

function resultOf(draft: EmailDraft, progress: Progress | undefined): SaveResult {
  if (progress === undefined || 'failure' in progress)
    return { ok: false, key: draft.key, failure: progress?.failure ?? recordFailure([], 'EmailMessage') };
  const { recordId, created, files } = progress;
  return { ok: true, key: draft.key, recordId, created, files };
}

async function upload(context: SaveContext, file: Attachment, recordId: RecordId): Promise<void> {
  // Long enough that no file holds it by chance.
  const boundary = Array.from({ length: 4 }, () =>
    Math.floor(context.random.next() * 2 ** 32)
      .toString(36)
      .padStart(7, '0'),
  ).join('');
  await insertWithBinary(
    context.api,
    'ContentVersion',
    toContentVersion(file, recordId),
    { field: 'VersionData', bytes: file.bytes },
    `lockstep-${boundary}`,
  );
}
