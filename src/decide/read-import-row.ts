/**
 * Reads the header and the rows of a file of people (M6). Pure: cells in, a row or what is wrong with it out; no value of the file ever stands in
 * a reason. Whether somebody exists in the CRM is found out elsewhere.
 */

/** Columns that are known; one of the two CRM columns is needed. */
export const importColumns = [
  'full_name',
  'crm_username',
  'crm_user_id',
  'mailbox_login',
  'mailbox_address',
] as const;
export type ImportColumn = (typeof importColumns)[number];

/** People of one import at most, and characters of one cell by its column. */
export const IMPORT_ROWS_MAX = 100_000;
const CELL_MAX: Readonly<Record<ImportColumn, number>> = {
  full_name: 200,
  crm_username: 255,
  crm_user_id: 18,
  mailbox_login: 256,
  mailbox_address: 320,
};

/** Everything that can be wrong with a row, in words that say what to do. */
export const importProblems = {
  'no-crm-user': 'Nobody is named: fill in crm_username or crm_user_id.',
  'bad-user-id':
    'This is no id of a Salesforce user: it has 15 or 18 letters and digits and begins with 005.',
  'bad-address': 'This is no mail address. Write it as name@domain, without a display name.',
  'too-long': 'This is longer than such a value can be. Check the separators and quotes of the line.',
  'too-many-cells':
    'The line has more cells than the header. Put values that hold the separator into quotes.',
  'bad-quotes': 'The quotes of this line do not match. Write a quote inside of a quoted value twice.',
  'not-utf-8': 'The line holds characters that are no UTF-8. Save the file as CSV UTF-8.',
  'person-twice': 'The same person stands further up in the file. Keep one of the lines.',
  'address-twice': 'Another line further up has the same mailbox address. A mailbox belongs to one person.',
  'not-found':
    'Salesforce has no standard user of this name or id, or the connected user may not see him. Correct it, or leave the line out.',
  inactive: 'The Salesforce user is inactive. Activate him in Setup, Users, or leave the line out.',
  'names-two':
    'crm_username and crm_user_id belong to different people. Correct one of them, or leave it out.',
  'address-taken':
    'Another person here has this mailbox address. Correct it, or change the other person first.',
  'other-profile': 'This person is outside of your profiles. Ask a platform administrator to move him.',
  'no-target': 'There is no such profile or license here. Choose another one.',
} as const;
export type ImportProblem = keyof typeof importProblems;

/** What is wrong with the file as a whole; nothing of it is taken. */
export const headerProblems = {
  empty: 'The file is empty. Its first line names the columns.',
  'no-crm-column': 'The first line names neither crm_username nor crm_user_id. One of them is needed.',
  'column-twice': 'The first line names a column twice.',
} as const;

export interface ImportHeader {
  readonly kind: 'header';
  /** Where each column stands, from 0. */
  readonly places: ReadonlyMap<ImportColumn, number>;
  readonly cells: number;
  /** Names of columns that mean nothing here. */
  readonly ignored: readonly string[];
}

export interface ImportRow {
  readonly kind: 'row';
  readonly fullName: string | null;
  readonly crmUsername: string | null;
  /** In the form in which it was written: 15 or 18 characters. */
  readonly crmUserId: string | null;
  readonly mailboxLogin: string | null;
  /** Lower case. Undefined: the file has no such column. Null: the cell is empty. */
  readonly mailboxAddress: string | null | undefined;
}

export interface BadRow {
  readonly kind: 'bad';
  readonly column: ImportColumn | null;
  readonly problem: ImportProblem;
}

const IGNORED_TOLD_MAX = 50;
const ADDRESS = /^[^\s@<>",;:()[\]\\]{1,64}@[^\s@<>",;:()[\]\\]{1,255}$/;

/** The columns by the file's first line, in any order and letter case; blanks and hyphens count as underscores. */
export function readImportHeader(
  cells: readonly string[],
): ImportHeader | { readonly kind: 'refused'; readonly problem: keyof typeof headerProblems } {
  if (cells.every((cell) => cell.trim() === '')) return { kind: 'refused', problem: 'empty' };
  const places = new Map<ImportColumn, number>();
  const ignored: string[] = [];
  for (const [at, cell] of cells.entries()) {
    const name = cell
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_');
    const column = importColumns.find((known) => known === name);
    if (column === undefined) {
      if (ignored.length < IGNORED_TOLD_MAX) ignored.push(cell.trim().slice(0, 100));
    } else if (places.has(column)) return { kind: 'refused', problem: 'column-twice' };
    else places.set(column, at);
  }
  if (!places.has('crm_username') && !places.has('crm_user_id'))
    return { kind: 'refused', problem: 'no-crm-column' };
  return { kind: 'header', places, cells: cells.length, ignored };
}

/** One row of the file. A line with fewer cells than the header has its last ones empty. */
export function readImportRow(header: ImportHeader, cells: readonly string[]): ImportRow | BadRow {
  if (cells.slice(header.cells).some((cell) => cell.trim() !== ''))
    return { kind: 'bad', column: null, problem: 'too-many-cells' };
  const values = new Map<ImportColumn, string>();
  for (const [column, place] of header.places) {
    const value = (cells[place] ?? '').trim();
    if (value.includes('\uFFFD')) return { kind: 'bad', column, problem: 'not-utf-8' };
    if (column !== 'full_name' && value.includes('"')) return { kind: 'bad', column, problem: 'bad-quotes' };
    if (value.length > CELL_MAX[column]) return { kind: 'bad', column, problem: 'too-long' };
    if (value !== '') values.set(column, value);
  }
  const crmUsername = values.get('crm_username') ?? null;
  const crmUserId = values.get('crm_user_id') ?? null;
  if (crmUsername === null && crmUserId === null)
    return { kind: 'bad', column: null, problem: 'no-crm-user' };
  if (crmUserId !== null && !/^005(?:[A-Za-z0-9]{12}|[A-Za-z0-9]{15})$/.test(crmUserId))
    return { kind: 'bad', column: 'crm_user_id', problem: 'bad-user-id' };
  const address = values.get('mailbox_address')?.toLowerCase();
  if (address !== undefined && !ADDRESS.test(address))
    return { kind: 'bad', column: 'mailbox_address', problem: 'bad-address' };
  return {
    kind: 'row',
    fullName: values.get('full_name') ?? null,
    crmUsername,
    crmUserId,
    mailboxLogin: values.get('mailbox_login') ?? null,
    mailboxAddress: header.places.has('mailbox_address') ? (address ?? null) : undefined,
  };
}
