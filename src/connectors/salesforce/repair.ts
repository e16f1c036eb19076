/**
 * What can be done about a record that Salesforce refused, before it becomes an issue: cut a text, drop an address it dislikes or a field that is hidden.
 * Pure; whether and how often to send again is decided in `insert.ts`.
 */
import { telling, type VendorError } from './failures.ts';
import type { Row } from './operations.ts';
import { cutText } from './text.ts';

/** What to do with a refused record. */
export type Remedy = 'wait-and-repeat' | 'repeat' | 'mend' | 'describe' | 'look-up' | 'none';

export function remedyFor(errors: readonly VendorError[]): Remedy {
  const error = telling(errors);
  if (error === undefined) return 'none';
  return REMEDIES[error.code] ?? 'none';
}

const REMEDIES: Readonly<Record<string, Remedy | undefined>> = {
  UNABLE_TO_LOCK_ROW: 'wait-and-repeat',
  PROCESSING_HALTED: 'repeat',
  ALL_OR_NONE_OPERATION_ROLLED_BACK: 'repeat',
  STRING_TOO_LONG: 'mend',
  INVALID_EMAIL_ADDRESS: 'mend',
  INVALID_FIELD: 'describe',
  INVALID_FIELD_FOR_INSERT_UPDATE: 'describe',
  DUPLICATE_VALUE: 'look-up',
  DUPLICATE_EXTERNAL_ID: 'look-up',
};

/** Without these a saved mail cannot be found again or belongs to nobody, so they are never dropped. */
const KEY_FIELDS = new Set(['MessageIdentifier', 'ToIds', 'Subject', 'Status', 'WhoId']);

/** The record changed so that it may pass, or null when nothing is to be done. */
export function mendRow(row: Row, errors: readonly VendorError[]): Row | null {
  const error = telling(errors);
  if (error === undefined) return null;
  if (error.code === 'STRING_TOO_LONG') return cutFields(row, error);
  const droppable = namedFields(error).filter((field) => Object.hasOwn(row, field) && !KEY_FIELDS.has(field));
  if (droppable.length === 0) return null;
  const mended = Object.fromEntries(Object.entries(row).filter(([field]) => !droppable.includes(field)));
  // An address that is none still tells a person who wrote.
  if (droppable.includes('FromAddress') && mended.FromName === undefined) mended.FromName = row.FromAddress;
  return mended;
}

const ADDRESS_FIELDS = ['FromAddress', 'ToAddress', 'CcAddress', 'BccAddress'];

/** The fields that an error is about; some of Salesforce's name them in their text only. */
function namedFields(error: VendorError): readonly string[] {
  if (error.fields.length > 0) return error.fields;
  if (error.code === 'INVALID_EMAIL_ADDRESS') return ADDRESS_FIELDS;
  const column = /No such column '(\w{1,80})'/.exec(error.message)?.[1];
  return column === undefined ? [] : [column];
}

function cutFields(row: Row, error: VendorError): Row | null {
  const told = /max(?:imum)? length\s*=\s*(\d{1,7})/i.exec(error.message)?.[1];
  const mended: Record<string, unknown> = { ...row };
  let changed = false;
  for (const field of error.fields) {
    const value = row[field];
    if (typeof value !== 'string') continue;
    const lengthMax = told === undefined ? Math.floor(value.length / 2) : Number(told);
    const cut = cutText(value, Math.min(lengthMax, value.length - 1));
    mended[field] = cut;
    changed = true;
  }
  return changed ? mended : null;
}
