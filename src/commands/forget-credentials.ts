/**
 * What a start with `CREDENTIALS=memory` means (P2): credentials of the process before are gone, and whatever was ever written down is erased. Every
 * mailbox that runs is due at once, finds that it must be authorised again, and says why.
 */
import { eraseSealedCredentials } from '../store/connections.ts';
import { acrossOrganizations } from '../store/database.ts';
import { dueAtOnce } from '../store/leases.ts';
import type { Ports } from './ports.ts';

/** Does nothing where credentials are sealed. Rejects for faults of the database. */
export async function forgetCredentials(ports: Ports): Promise<void> {
  if (ports.keyring.held === null) return;
  const now = ports.clock.now();
  const [erased, due] = await acrossOrganizations(
    ports.db,
    async (tx) => [await eraseSealedCredentials(tx, now), await dueAtOnce(tx, now)] as const,
  );
  ports.log('credentials.forgotten', { erased, due });
}
