/** What changed in the CRM in memory, page by page: first readings by scope, then the log. */
import { readSpan } from '../../src/model/canonical.ts';
import type { RecordAsk, RecordPage, RecordPageResult } from '../../src/model/crm-records.ts';
import { failure } from '../../src/model/failure.ts';
import { type MemoryRecord, type MemoryRecords, recordView } from './memory-records.ts';

/** How far a collection was read: of the first pass the last record told (null at its end), then the place in the log, and the one before. */
interface Position {
  readonly epoch: number;
  readonly at: number;
  readonly before: number;
  readonly above: number | null;
}

export function readAsk(records: MemoryRecords, ask: RecordAsk): RecordPageResult {
  const trouble = records.forbidden.get(ask.collection);
  if (trouble !== undefined) return { ok: false, failure: trouble };
  if (ask.collection === 'contacts' && ask.scope.kind === 'list-view' && !records.views.has(ask.scope.id))
    return { ok: false, failure: failure('crm.field-missing', { fields: ['ListView'] }) };
  const position = readPosition(records, ask.cursor);
  if (position === null) return { ok: false, failure: failure('crm.cursor-expired') };
  const page =
    position.above === null
      ? readLog(records, ask, position)
      : readFirst(records, ask, position, position.above);
  return { ok: true, page };
}

function readPosition(records: MemoryRecords, cursor: string | null): Position | null {
  const at = records.log.length;
  if (cursor === null) return { epoch: records.epoch, at, before: at, above: 0 };
  try {
    const position = JSON.parse(cursor) as Position;
    return position.epoch === records.epoch ? position : null;
  } catch {
    return null;
  }
}

function readFirst(records: MemoryRecords, ask: RecordAsk, position: Position, above: number): RecordPage {
  const left = [...records.stored.values()]
    .filter(
      (one) => one.order > above && !one.isDeleted && isMeant(records, ask, one) && isRecent(one, ask.from),
    )
    .toSorted((one, other) => one.order - other.order);
  const page = left.slice(0, records.pageRecords);
  const done = left.length <= records.pageRecords;
  return {
    records: page.map((one) => recordView(records, one)),
    cursor: JSON.stringify({ ...position, above: done ? null : (page.at(-1)?.order ?? null) }),
    done,
  };
}

function readLog(records: MemoryRecords, ask: RecordAsk, position: Position): RecordPage {
  const touched = new Map<string, MemoryRecord>();
  let at = records.overlaps ? position.before : position.at;
  for (; at < records.log.length && touched.size < records.pageRecords; at += 1) {
    const entry = records.log[at];
    const record = entry === undefined ? undefined : records.stored.get(entry.recordId);
    if (record !== undefined && isMeant(records, ask, record)) touched.set(record.recordId, record);
  }
  const done = at === records.log.length;
  // The overlap begins where this whole reading began; a page in the middle moves on.
  const before = done ? position.at : at;
  return {
    records: [...touched.values()].map((one) => recordView(records, one)),
    cursor: JSON.stringify({ ...position, at, before }),
    done,
  };
}

function isMeant(records: MemoryRecords, { collection, scope }: RecordAsk, record: MemoryRecord): boolean {
  if (record.collection !== collection) return false;
  if (collection !== 'contacts' || scope.kind === 'mine') return record.ownerId === records.userId;
  return scope.kind === 'all' || records.views.get(scope.id)?.holds(record) === true;
}

function isRecent({ collection, fields, modifiedAt }: MemoryRecord, from: number): boolean {
  if (collection === 'events') return (readSpan(fields.time)?.endAt ?? from) >= from;
  if (collection === 'contacts' || fields.status !== 'completed') return true;
  return modifiedAt >= from || Date.parse(`${fields.due ?? ''}T00:00:00Z`) >= from;
}
