/** `lockstep sync`: one mailbox, now; with `--dry-run` only what would be done. */
import { syncOnce } from '../../commands/sync-once.ts';
import { catalogue } from '../../model/catalogue.ts';
import { collectionWords } from '../../model/collection-words.ts';
import { type VerdictCode, verdictTexts } from '../../model/verdict.ts';
import { acrossOrganizations } from '../../store/database.ts';
import { findMailboxByAddress } from '../../store/mailboxes.ts';
import type { RunReport } from '../../sync/run.ts';
import type { PlannedCollection } from '../../sync/two-way/plan-collections.ts';
import { exitCodes } from './exit-codes.ts';
import { print, untilStopped, withLockstep } from './opening.ts';

export interface SyncFlags {
  readonly mailbox: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Syncs a mailbox by its address. Exit 1 when the run failed or a worker holds the mailbox, 2 when there is no such mailbox. */
export async function sync(flags: SyncFlags): Promise<number> {
  return await withLockstep(async ({ ports }, config) => {
    if (config.credentials === 'memory') {
      process.stderr.write(
        'With CREDENTIALS=memory only the serving process has logins. Use *Sync now* on the settings page.\n',
      );
      return exitCodes.usage;
    }
    const found = await acrossOrganizations(ports.db, (tx) => findMailboxByAddress(tx, flags.mailbox));
    const [mailbox] = found;
    if (mailbox === undefined) {
      process.stderr.write('No mailbox with this address is set up here.\n');
      return exitCodes.usage;
    }
    const result = await syncOnce(ports, mailbox, { dryRun: flags.dryRun, signal: untilStopped() });
    if (result.kind === 'busy') {
      process.stderr.write('A worker is syncing this mailbox at the moment. Try again when it is done.\n');
      return exitCodes.failed;
    }
    if (flags.json)
      print(
        JSON.stringify({
          ...{ mailbox: mailbox.address, dryRun: flags.dryRun },
          ...withoutFault(result.report),
          ...(result.kind === 'planned' ? { collections: result.collections } : {}),
        }),
      );
    else describe(result.report, flags.dryRun, result.kind === 'planned' ? result.collections : []);
    return result.report.outcome.kind === 'failed' || result.report.outcome.kind === 'abandoned'
      ? exitCodes.failed
      : exitCodes.ok;
  });
}

function withoutFault(report: RunReport) {
  return { outcome: report.outcome, counts: report.counts };
}

function describe(report: RunReport, dryRun: boolean, collections: readonly PlannedCollection[]): void {
  const { outcome, counts } = report;
  print(`${dryRun ? 'Would examine' : 'Examined'} ${counts.examined} items.`);
  describeVerdicts(counts.byVerdict);
  for (const { collection, examined, byVerdict, isComplete } of collections) {
    print(`${collectionWords[collection].title}: ${isComplete ? '' : 'at least '}${examined}.`);
    describeVerdicts(byVerdict);
  }
  print(`Requests: ${counts.mailboxRequests} to the mail server, ${counts.crmRequests} to Salesforce.`);
  if (outcome.kind === 'failed')
    print(`Failed: ${outcome.failure.code}. ${catalogue[outcome.failure.code].admin}`);
  if (outcome.kind === 'more') print('There is more; the next run goes on.');
}

function describeVerdicts(byVerdict: RunReport['counts']['byVerdict']): void {
  for (const [code, count] of Object.entries(byVerdict))
    print(`  ${String(count).padStart(6)}  ${code}  ${verdictTexts[code as VerdictCode]}`);
}
