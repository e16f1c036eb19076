/** An import as an admin chooses it, the file that shows how one looks, and the list of bad rows as a file. Pure. */
import type { CrmImport, ImportLine } from '../../../api-schema/admin/imports.ts';
import { queryOf } from '../shared/query-of.ts';

export interface ImportDraft {
  readonly source: 'csv' | 'crm';
  /** Empty: none. */
  readonly profileId: string;
  readonly licenseId: string;
  readonly crmProfile: string;
  readonly crmRole: string;
  readonly department: string;
  readonly emailDomain: string;
  readonly includeKnown: boolean;
}

export const emptyImport: ImportDraft = {
  source: 'csv',
  profileId: '',
  licenseId: '',
  crmProfile: '',
  crmRole: '',
  department: '',
  emailDomain: '',
  includeKnown: false,
};

export type BadRow = Extract<ImportLine, { readonly kind: 'bad-row' }>;

/** The API takes no more, and no more than 100,000 rows. */
export const FILE_BYTES_MAX = 32 * 1024 * 1024;

/** Columns in the order of the sample. */
const columns = ['full_name', 'crm_username', 'crm_user_id', 'mailbox_login', 'mailbox_address'] as const;

export const sampleFile = [
  columns.join(','),
  'Anna Berg,anna.berg@acme.example,,ACME\\anna,anna.berg@acme.example',
  '"Ek, Bo",bo.ek@acme.example,0055g000004XyZaAAK,,bo.ek@acme.example',
  '',
].join('\r\n');

/** Where a CSV file goes, below /api/admin. */
export function csvImportPath({ profileId, licenseId }: ImportDraft, dryRun: boolean): string {
  return `/imports/csv?${queryOf({ dryRun, profile: profileId, license: licenseId })}`;
}

export function crmImportOf(draft: ImportDraft, dryRun: boolean): CrmImport {
  const { crmProfile, crmRole, department, emailDomain, includeKnown } = draft;
  const typed = { crmProfile, crmRole, department, emailDomain };
  const given = Object.entries(typed).filter(([, value]) => value.trim() !== '');
  return {
    dryRun,
    profileId: draft.profileId || null,
    licenseId: draft.licenseId || null,
    filter: {
      ...Object.fromEntries(given.map(([name, value]) => [name, value.trim()])),
      ...(includeKnown ? { includeKnown } : {}),
    },
  };
}

/** Why a file cannot be taken; null where it can. */
export function findFileError(file: { readonly name: string; readonly size: number } | null): string | null {
  if (file === null) return 'Choose a file.';
  if (file.size === 0) return 'The file is empty.';
  return file.size > FILE_BYTES_MAX
    ? 'The file is too large. Split it: 100,000 rows and 32 MB at most.'
    : null;
}

/** The rows that were not taken, to be mended and sent again: line, column, reason; no value of the file. */
export function badRowsFile(rows: readonly BadRow[]): string {
  const lines = rows.map(({ line, column, reason }) =>
    [String(line), column ?? '', reason].map(cell).join(','),
  );
  return ['line,column,reason', ...lines, ''].join('\r\n');
}

/** Quoted where it must be; what a spreadsheet would take for a formula is text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
