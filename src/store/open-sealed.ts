/**
 * Opens a stored value with an organization's keys, reading the keys anew when the value was sealed by a key that this holder has not
 * seen: a rotation may run while runs are under way.
 */
import type { Tx } from './database.ts';
import type { OrganizationKeys } from './keyring.ts';
import { SealBroken } from './sealing.ts';

/** Throws `SealBroken`. */
export async function openSealed(
  tx: Tx,
  keys: OrganizationKeys,
  sealed: Uint8Array,
  context: string,
): Promise<Buffer> {
  try {
    return keys.open(sealed, context);
  } catch (error) {
    if (!(error instanceof SealBroken) || error.reason !== 'unknown-key') throw error;
    await keys.refresh(tx);
    return keys.open(sealed, context);
  }
}
