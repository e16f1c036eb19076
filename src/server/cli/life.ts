/** `lockstep pause`, `resume` and `deactivate`: what a person does on his settings page, for one mailbox, by whoever operates the machine. */
import { deactivateSync } from '../../commands/deactivate-sync.ts';
import { pauseSync } from '../../commands/pause-sync.ts';
import type { Ports } from '../../commands/ports.ts';
import { resumeSync } from '../../commands/resume-sync.ts';
import type { Actor } from '../../store/audit.ts';
import { acrossOrganizations } from '../../store/database.ts';
import { findMailboxByAddress } from '../../store/mailboxes.ts';
import { exitCodes } from './exit-codes.ts';
import { print, untilStopped, withLockstep } from './opening.ts';

const OPERATOR: Actor = { kind: 'operator', userId: null };

/** Pauses until a date (ISO 8601), or until somebody resumes. Exit 1 where the mailbox's state does not allow it, 2 for an unknown mailbox or date. */
export async function pause(address: string, options: { readonly until?: string }): Promise<number> {
  const until = options.until === undefined ? null : Date.parse(options.until);
  if (Number.isNaN(until)) return refuse('Write the date as 2026-08-31 or 2026-08-31T08:00:00Z.');
  return await withMailbox(address, async (ports, mailbox) => {
    const result = await pauseSync(ports, { ...mailbox, by: 'admin', until });
    if (result === 'not-in-future') return refuse('Choose a date in the future, within a year.');
    return tell(result === 'paused', 'Paused.');
  });
}

/** Resumes from a pause or a suspension; the next run is due at once. */
export async function resume(address: string, options: { readonly skip: boolean }): Promise<number> {
  return await withMailbox(address, async (ports, mailbox) => {
    const result = await resumeSync(ports, { ...mailbox, gap: options.skip ? 'skip' : 'catch-up' });
    return tell(result !== 'impossible', 'Resumed.');
  });
}

/** Stops sync, gives the access back and erases the credential. */
export async function deactivate(
  address: string,
  options: { readonly purge: boolean; readonly removeMarks: boolean },
): Promise<number> {
  return await withMailbox(address, async (ports, mailbox) => {
    const done = await deactivateSync(ports, { ...mailbox, ...options }, untilStopped());
    if (done === null) return tell(false, '');
    print('Deactivated; the credential is erased.');
    if (done.revoked === 'failed') print('The mail service did not take its grant back; it ends by itself.');
    if (done.marksRemoved !== null) print(`Categories taken off ${done.marksRemoved} mails.`);
    print(
      done.purgeAt === null
        ? 'Everything that was known of the mailbox is forgotten.'
        : `What is known of the mailbox is forgotten on ${new Date(done.purgeAt).toISOString().slice(0, 10)}.`,
    );
    return exitCodes.ok;
  });
}

async function withMailbox(
  address: string,
  work: (
    ports: Ports,
    mailbox: Pick<Parameters<typeof pauseSync>[1], 'organizationId' | 'mailboxId' | 'actor'>,
  ) => Promise<number>,
): Promise<number> {
  return await withLockstep(async ({ ports }) => {
    const found = await acrossOrganizations(ports.db, (tx) => findMailboxByAddress(tx, address));
    const [mailbox] = found;
    if (mailbox === undefined) return refuse('No mailbox with this address is set up here.');
    if (found.length > 1)
      return refuse(
        'Several organizations sync this mailbox; do it on the settings page of the one you mean.',
      );
    const { id: mailboxId, organizationId } = mailbox;
    return await work(ports, { mailboxId, organizationId, actor: OPERATOR });
  });
}

function tell(done: boolean, text: string): number {
  if (!done) {
    process.stderr.write('The mailbox is in no state in which this can be done.\n');
    return exitCodes.failed;
  }
  print(text);
  return exitCodes.ok;
}

function refuse(text: string): number {
  process.stderr.write(`${text}\n`);
  return exitCodes.usage;
}
