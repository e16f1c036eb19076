/**
 * The rows of one object with hash indexes over chosen fields, so that a list of a thousand addresses costs a thousand
 * look-ups. It neither validates nor stamps; every change leaves an undo in the journal.
 */
import type { Journal } from './journal.ts';
import type { Row, Value } from './values.ts';

/** The rows of one object, by 18-character id in the order of insertion. */
export class Table {
  readonly rows = new Map<string, Row>();
  private readonly indexes = new Map<string, Map<string, Set<string>>>();
  private readonly journal: Journal;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  /** Puts a row under its id; the id must be new. */
  add(id: string, row: Row): void {
    this.rows.set(id, row);
    this.enter(id, row);
    this.journal.remember(() => this.drop(id));
  }

  /** Replaces some fields of a row; null takes a field away. */
  patch(id: string, changes: Row): void {
    const before = this.rows.get(id);
    if (before === undefined) throw new Error(`no row ${id}`);
    const after: Row = { ...before };
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) delete after[name];
      else after[name] = value;
    }
    this.replace(id, before, after);
    this.journal.remember(() => this.replace(id, after, before));
  }

  /** Takes a row away for good. */
  remove(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    this.drop(id);
    this.journal.remember(() => {
      this.rows.set(id, row);
      this.enter(id, row);
    });
  }

  /** Builds an index over a field, if it has none. */
  index(field: string): void {
    if (this.indexes.has(field)) return;
    const index = new Map<string, Set<string>>();
    this.indexes.set(field, index);
    for (const [id, row] of this.rows) putKey(index, keyOf(row[field]), id);
  }

  /** Whether look-ups by this field are possible. */
  isIndexed(field: string): boolean {
    return this.indexes.has(field);
  }

  /** Ids of the rows whose indexed field has this value, letter case ignored. */
  find(field: string, value: Value): readonly string[] {
    const key = keyOf(value);
    if (key === undefined) return [];
    return [...(this.indexes.get(field)?.get(key) ?? [])];
  }

  private drop(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    this.rows.delete(id);
    for (const [field, index] of this.indexes) dropKey(index, keyOf(row[field]), id);
  }

  private replace(id: string, before: Row, after: Row): void {
    this.rows.set(id, after);
    for (const [field, index] of this.indexes) {
      const old = keyOf(before[field]);
      const fresh = keyOf(after[field]);
      if (old === fresh) continue;
      dropKey(index, old, id);
      putKey(index, fresh, id);
    }
  }

  private enter(id: string, row: Row): void {
    for (const [field, index] of this.indexes) putKey(index, keyOf(row[field]), id);
  }
}

function keyOf(value: Value | undefined): string | undefined {
  if (value === undefined || value === null || Array.isArray(value)) return undefined;
  return String(value).toLowerCase();
}

function putKey(index: Map<string, Set<string>>, key: string | undefined, id: string): void {
  if (key === undefined) return;
  const ids = index.get(key);
  if (ids === undefined) index.set(key, new Set([id]));
  else ids.add(id);
}

function dropKey(index: Map<string, Set<string>>, key: string | undefined, id: string): void {
  if (key === undefined) return;
  const ids = index.get(key);
  ids?.delete(id);
  if (ids?.size === 0) index.delete(key);
}
