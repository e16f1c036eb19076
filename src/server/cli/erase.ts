/** `lockstep erase <address>`: what Lockstep wrote about one person, listed, and with `--remove` removed; in every organization of this installation (P9). */
import type { Admin } from '../../commands/admin.ts';
import { erasePerson, listWrittenAbout } from '../../commands/erase-person.ts';
import type { Ports } from '../../commands/ports.ts';
import { catalogue } from '../../model/catalogue.ts';
import { RemoteFailure } from '../../model/failure.ts';
import { acrossOrganizations } from '../../store/database.ts';
import { listOrganizations } from '../../store/organizations.ts';
import { exitCodes } from './exit-codes.ts';
import { print, untilStopped, withLockstep } from './opening.ts';
import { operatorOf } from './operator.ts';

/** Exit 1 where Salesforce could not be asked, or kept a record; 2 for what is no address. */
export async function erase(address: string, { remove }: { readonly remove: boolean }): Promise<number> {
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) {
    process.stderr.write('Write the address as kim@acme.example.\n');
    return exitCodes.usage;
  }
  return await withLockstep(async ({ ports }) => {
    const stop = untilStopped();
    let code: number = exitCodes.ok;
    for (const organizationId of await acrossOrganizations(ports.db, listOrganizations)) {
      const admin = operatorOf(organizationId);
      try {
        const isDone = remove
          ? await removeAll(ports, admin, address.toLowerCase(), stop)
          : await list(ports, admin, address.toLowerCase(), stop);
        if (!isDone) code = exitCodes.failed;
      } catch (error) {
        if (!(error instanceof RemoteFailure)) throw error;
        process.stderr.write(`${error.failure.code}. ${catalogue[error.failure.code].admin}\n`);
        code = exitCodes.failed;
      }
    }
    return code;
  });
}

async function list(ports: Ports, admin: Admin, address: string, stop: AbortSignal): Promise<boolean> {
  const { items, others, isComplete } = await listWrittenAbout(ports, admin, address, stop);
  for (const { collection, label, url } of items)
    print(`${collection.padEnd(8)}  ${label ?? '(gone)'}  ${url}`);
  print(`${items.length}${isComplete ? '' : ' or more'} records written by Lockstep; ${others} others stay.`);
  return true;
}

async function removeAll(ports: Ports, admin: Admin, address: string, stop: AbortSignal): Promise<boolean> {
  const onProgress = (done: number) => process.stderr.write(`\r${done}`);
  const { removed, kept } = await erasePerson(ports, admin, address, { onProgress, stop, signal: stop });
  process.stderr.write('\n');
  print(`Removed ${removed} records.`);
  for (const [code, count] of kept) print(`Kept ${count}: ${code}`);
  return kept.size === 0;
}
