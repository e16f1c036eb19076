/** `lockstep keys rotate`: wraps every organization's key with the present master key, and gives organizations new data keys. */
import { acrossOrganizations } from '../../store/database.ts';
import { listOrganizations } from '../../store/organizations.ts';
import { rotateMasterKey, rotateOrganizationKey } from '../../store/rotate-keys.ts';
import { exitCodes } from './exit-codes.ts';
import { print, withLockstep } from './opening.ts';

/** Safe while the product runs. `dataKeys` also seals credentials and cursors anew. */
export async function rotateKeys(options: { readonly dataKeys: boolean }): Promise<number> {
  return await withLockstep(async ({ ports }) => {
    const wrapped = await rotateMasterKey(ports.db, ports.keyring);
    print(`Organizations wrapped with the present master key: ${wrapped}.`);
    if (!options.dataKeys) return exitCodes.ok;
    let sealed = 0;
    for (const id of await acrossOrganizations(ports.db, listOrganizations)) {
      sealed += await rotateOrganizationKey(ports.db, ports.keyring, id);
    }
    print(`Credentials and cursors sealed with new data keys: ${sealed}.`);
    return exitCodes.ok;
  });
}
