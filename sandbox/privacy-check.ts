/**
 * `lockstep privacy-check`: plants marked content in simulated services, syncs it through faults and crashes with the real product, and then searches
 * everything that was left on disk for it. It reports where something was found, and never what.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../src/store/embedded.ts';
import { dumpTables, makeScratchDatabase, readDataDirectory } from './privacy/dump-tables.ts';
import { createMarkers, type Form, formsOf, type Markers, tokenFormsOf } from './privacy/markers.ts';
import { playWorld, type World } from './privacy/play-world.ts';
import { proveSearch } from './privacy/prove-search.ts';
import { listFiles, type Searched, searchFiles } from './privacy/search-files.ts';
import { searchMails } from './privacy/search-mails.ts';

export interface PrivacyCheckOptions {
  /** Made and removed afterwards unless given. */
  readonly dataFolder?: string;
  /** A server to work on, in a database of its own; the embedded one unless given. */
  readonly databaseUrl?: string;
  readonly seed: number;
  /** `leak`: the product writes a marker into a log line and into a settings row, which must be found. */
  readonly plant?: 'none' | 'leak';
  /** How often the product is killed; 4 unless told. The second time the embedded database is, too. */
  readonly kills?: number;
  readonly log: (line: string) => void;
}

export interface PrivacyReport extends Searched {
  readonly markers: number;
  /** What kinds of tokens and codes were in use and looked for: `google refresh-token`. */
  readonly secrets: readonly string[];
  readonly forms: number;
  readonly tables: number;
  readonly rows: number;
  readonly mailsSaved: number;
  /** E-mails to people that were searched as well. */
  readonly mailsSent: number;
  readonly kills: number;
  /** What was lived through with events, contacts and tasks, on every service: pairs in step, conflicts, holds, refusals, questions, *Undo*, erased records. */
  readonly lived: World['lived'];
}

/** The search could not be done, or there was nothing to search. */
export class CannotSearch extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'CannotSearch';
  }
}

/** Less than this cannot be a database with a log beside it: then nothing was searched, and finding nothing says nothing. */
const FILES_MIN = 20;
const BYTES_MIN = 1024 * 1024;
const ROWS_MIN = 100;
/** Of a stop to the owner and to the administrators, and of its end. */
const MAILS_SENT_MIN = 3;

/** Plants, syncs, crashes, stops, searches. Rejects with `CannotSearch`. */
export async function privacyCheck(options: PrivacyCheckOptions): Promise<PrivacyReport> {
  const { log } = options;
  const startedAt = Date.now() - 2_000;
  const folder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'lockstep-privacy-')));
  const logFolder = join(folder, 'logs');
  await mkdir(logFolder, { recursive: true, mode: 0o700 });
  const markers = createMarkers();
  const scratch =
    options.databaseUrl === undefined
      ? null
      : await makeScratchDatabase(options.databaseUrl).catch((cause) => {
          throw new CannotSearch(
            'The server cannot be reached, or lets this role make no database to work in.',
            {
              cause,
            },
          );
        });
  try {
    const world = await playWorld({
      ...options,
      folder,
      logFolder,
      markers,
      databaseUrl: scratch?.url ?? null,
    });
    const lived = Object.entries(world.lived).map(([what, count]) => `${what} ${count}`);
    log(`events, contacts and tasks: ${lived.join(', ')}`);
    log(
      `${world.mailsSaved} mails saved, ${world.kills} crashes, ${markers.planted} markers planted, ${world.secrets.length} tokens in use`,
    );
    const forms = allForms(markers, world);
    await proveSearch(folder, forms, markers);
    const dumped = join(folder, 'tables');
    const { places, tables, rows } = await gatherPlaces({
      folder,
      scratchUrl: scratch?.url ?? null,
      dumped,
      log,
    });
    const files = new Set<string>();
    for (const place of places) for (const file of await listFiles(place)) files.add(file);
    for (const file of await newTemporaryFiles(startedAt)) files.add(file);
    const searched = await searchFiles([...files], forms, markers);
    const inMails = await searchMails(world.mails, join(folder, 'mails'), forms, markers);
    const report = {
      ...searched,
      findings: [...searched.findings, ...inMails.findings],
      mailsSent: world.mails.length,
      markers: markers.planted,
      secrets: [...new Set(world.secrets.map((secret) => secret.name))].toSorted(),
      forms: forms.length,
      tables,
      rows,
      mailsSaved: world.mailsSaved,
      kills: world.kills,
      lived: world.lived,
    };
    requireSubstance(report, folder);
    return report;
  } finally {
    await scratch?.drop();
    if (options.dataFolder === undefined) await rm(folder, { recursive: true, force: true });
  }
}

function allForms(markers: Markers, world: World): readonly Form[] {
  return [
    ...formsOf('marker', markers.signature),
    ...world.secrets.flatMap(({ name, text }) => tokenFormsOf(name, text)),
  ];
}

/** The folders to be searched, after all tables were written out as text as well. */
async function gatherPlaces(input: {
  readonly folder: string;
  readonly scratchUrl: string | null;
  readonly dumped: string;
  readonly log: (line: string) => void;
}): Promise<{ readonly places: readonly string[]; readonly tables: number; readonly rows: number }> {
  const { folder, scratchUrl, dumped, log } = input;
  if (scratchUrl === null) {
    const database = await startEmbedded({ folder: join(folder, 'postgres') });
    const dump = await dumpTables(database.adminUrl, dumped).finally(() => database.stop());
    return { places: [folder], ...dump };
  }
  const dump = await dumpTables(scratchUrl, dumped);
  const directory = await readDataDirectory(scratchUrl);
  const canRead = directory !== null && (await listFiles(directory)).length >= FILES_MIN;
  log(
    canRead
      ? `the server's data directory is searched: ${directory}`
      : "the server's data directory cannot be read from here: its tables are searched as text only",
  );
  return { places: canRead && directory !== null ? [folder, directory] : [folder], ...dump };
}

/** Written since the check began, by whomever: temporary files, and cores where the system leaves them. */
async function newTemporaryFiles(since: number): Promise<readonly string[]> {
  const cores = (await listFiles('/var/lib/systemd/coredump', since)).concat(
    await listFiles('/var/crash', since),
  );
  return [...(await listFiles(tmpdir(), since)), ...cores];
}

/** Finding nothing counts only where there was something to find it in. */
function requireSubstance(report: PrivacyReport, folder: string): void {
  const own = report.unreadable.filter((file) => file.startsWith(folder));
  if (own.length > 0) throw new CannotSearch(`${own.length} files of the data folder cannot be read.`);
  if (report.files < FILES_MIN || report.bytes < BYTES_MIN || report.rows < ROWS_MIN)
    throw new CannotSearch(
      `There was next to nothing to search: ${report.files} files, ${report.bytes} bytes, ${report.rows} rows.`,
    );
  if (report.mailsSent < MAILS_SENT_MIN)
    throw new CannotSearch(`Only ${report.mailsSent} e-mails were sent to people, so little was told.`);
  if (report.mailsSaved === 0)
    throw new CannotSearch('No mail went through, so nothing could be left behind.');
}

/** The command: prints what was searched and found. 0: clean, 1: something was found, 2: could not search. */
export async function runPrivacyCheck(args: PrivacyCheckOptions): Promise<0 | 1 | 2> {
  const { log } = args;
  try {
    const report = await privacyCheck(args);
    log(
      `searched ${report.files} files (${(report.bytes / 2 ** 20).toFixed(1)} MiB), ${report.rows} rows of ${report.tables} tables and ${report.mailsSent} e-mails to people, ` +
        `for ${report.markers} markers and the credentials in ${report.forms} forms`,
    );
    if (report.unreadable.length > 0)
      log(`${report.unreadable.length} temporary files of others could not be read`);
    for (const { of, encoding, file, offset } of report.findings)
      log(`FOUND ${of} (${encoding}) in ${file} at ${offset}`);
    log(report.findings.length === 0 ? 'nothing found' : `${report.findings.length} findings`);
    return report.findings.length === 0 ? 0 : 1;
  } catch (error) {
    log(`could not search: ${error instanceof Error ? error.message : 'unknown reason'}`);
    return 2;
  }
}
