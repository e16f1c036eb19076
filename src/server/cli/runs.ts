/** `lockstep runs --csv`: the runs of all mailboxes of this installation, for spreadsheets and scripts. */
import { once } from 'node:events';
import { exportRuns } from '../../commands/export-runs.ts';
import { exitCodes } from './exit-codes.ts';
import { withLockstep } from './opening.ts';

/** Prints the runs of the last 30 days as CSV, newest first. */
export async function runs(): Promise<number> {
  return await withLockstep(async ({ ports }) => {
    for await (const line of exportRuns(ports, null))
      if (!process.stdout.write(line)) await once(process.stdout, 'drain');
    return exitCodes.ok;
  });
}
