/**
 * Where an opened connection's credential is kept while connectors renew it: in the store, under a row lock, so that of many machines one renews
 * and the others take its result; or in memory, as long as an activation has not been proven.
 */
import type { CredentialKeeper, KeptCredential } from '../model/connector.ts';
import { failure, RemoteFailure } from '../model/failure.ts';
import { exclusiveCredential, readConnections } from '../store/connections.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import type { OpenedConnection, Ports } from './ports.ts';

/** The keeper of a stored connection. What the run was given needs no second read; only a renewal looks again. */
export function keepStored(
  { db, keyring }: Pick<Ports, 'db' | 'keyring'>,
  connection: Pick<
    OpenedConnection,
    'id' | 'organizationId' | 'credential' | 'credentialVersion' | 'lenderId'
  >,
): CredentialKeeper {
  const { organizationId } = connection;
  // Whoever renews a lent credential renews the lender's, for everybody.
  const id = connection.lenderId ?? connection.id;
  const keysIn = (tx: Tx) => organizationKeys(tx, keyring, organizationId);
  let first: KeptCredential | null = {
    credential: connection.credential,
    version: connection.credentialVersion,
  };
  return {
    async load() {
      if (first !== null) {
        const given = first;
        first = null;
        return given;
      }
      const [stored = null] = await inOrganization(db, organizationId, (tx) =>
        readConnections(tx, keysIn(tx), [id]),
      );
      return { credential: stored?.credential ?? null, version: stored?.credentialVersion ?? 0 };
    },
    async exclusive(work) {
      const result = await exclusiveCredential(db, organizationId, keysIn, id, async (current) => {
        let saved: { credential: unknown } | null = null;
        // Erased while a run was under way: what is erased is never written again.
        if (current.credential === null) throw new RemoteFailure(failure('lockstep.interrupted'));
        await work({ credential: current.credential, version: current.version }, async (credential) => {
          saved = { credential };
          return { credential, version: current.version + 1 };
        });
        return saved === null
          ? null
          : { credential: (saved as { credential: unknown }).credential, settings: current.settings };
      });
      return { credential: result.credential, version: result.version };
    },
  };
}

/** A keeper in memory; `latest` is what must be stored when the activation passes. */
export function keepInMemory(credential: unknown): CredentialKeeper & { readonly latest: () => unknown } {
  let kept: KeptCredential = { credential, version: 1 };
  let line: Promise<unknown> = Promise.resolve();
  return {
    load: () => Promise.resolve(kept),
    exclusive(work) {
      const mine = line.then(async () => {
        let saved: KeptCredential | null = null;
        const result = await work(kept, async (renewed) => {
          saved = { credential: renewed, version: kept.version + 1 };
          return saved;
        });
        kept = saved ?? kept;
        return result;
      });
      line = mine.catch(() => undefined);
      return mine;
    },
    latest: () => kept.credential,
  };
}
