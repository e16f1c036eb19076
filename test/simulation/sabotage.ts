/**
 * Products with one broken part each, to see that the invariants notice: a world in which nothing can fail proves nothing.
 */
import type { Ports } from '../../src/commands/ports.ts';
import type { CredentialKeeper, MailConnector } from '../../src/model/connector.ts';
import type { CrmRecords } from '../../src/model/crm-records.ts';
import { failure, RemoteFailure } from '../../src/model/failure.ts';
import type { EmailKey, MailboxId } from '../../src/model/ids.ts';
import { writeCursors } from '../../src/store/cursors.ts';
import { inOrganization } from '../../src/store/database.ts';
import { organizationKeys } from '../../src/store/keyring.ts';
import { encodeFeedCursor } from '../../src/sync/feed-cursor.ts';
import type { Sabotage } from './process.ts';

/** Stores each page's cursor as soon as it is read, before anything was paid for. */
export const storesCursorsEarly: Sabotage = (ports) =>
  withMail(ports, (connector, connectionId, organizationId) => ({
    ...connector,
    async readChanges(feed, cursor) {
      const page = await connector.readChanges(feed, cursor);
      await inOrganization(ports.db, organizationId, async (tx) => {
        const { rows } = await tx.query<{ id: MailboxId }>(
          'select id from mailboxes where mailbox_connection_id = $1',
          [connectionId],
        );
        const keys = await organizationKeys(tx, ports.keyring, organizationId);
        const mark = encodeFeedCursor({ cursor: page.cursor, read: page.done });
        for (const { id } of rows)
          await writeCursors(tx, keys, id, { feeds: new Map([[feed, mark]]) }, ports.clock.now());
      });
      return page;
    },
  }));

/** Never tells of every tenth change. */
export const dropsEveryTenthChange: Sabotage = (ports) => {
  let seen = 0;
  return withMail(ports, (connector) => ({
    ...connector,
    async readChanges(feed, cursor) {
      const page = await connector.readChanges(feed, cursor);
      const changes = page.changes.filter(() => {
        seen += 1;
        return seen % 10 !== 0;
      });
      return { ...page, changes };
    },
  }));
};

/** Hears of items that are made, and never that one of them was changed or deleted. */
export const hearsOfNewItemsAlone: Sabotage = (ports) => {
  const heard = new Set<string>();
  return withMail(ports, (connector) => ({
    ...connector,
    items: {
      ...connector.items,
      async readItemChanges(...asked) {
        const page = await connector.items.readItemChanges(...asked);
        const changes = page.changes.filter((change) => {
          if (change.kind !== 'upsert') return change.kind === 'series';
          const isNew = !heard.has(change.item.itemId);
          heard.add(change.item.itemId);
          return isNew;
        });
        return { ...page, changes };
      },
    },
  }));
};

/** Saves whatever it is given as if it had never been saved, under a key of its own. */
export const savesBlindly: Sabotage = (ports) => ({
  ...ports,
  crm: {
    ...ports.crm,
    open(connection, signal) {
      const connector = ports.crm.open(connection, signal);
      return {
        ...connector,
        lookUp: async (query) => ({ ...(await connector.lookUp(query)), emails: [] }),
        saveEmails: async (drafts) => {
          const blind = drafts.map((draft) => ({
            ...draft,
            key: `${Math.floor(ports.random.next() * 1e12)}@blind.test` as EmailKey,
            recordId: null,
          }));
          const results = await connector.saveEmails(blind);
          return results.map((result, at) => ({ ...result, key: drafts[at]?.key ?? result.key }));
        },
      };
    },
  },
});

/**
 * Looks for no record before it makes one, and gives it no key: what was made and not heard of is made again. The first answer is lost, as may happen on any
 * network.
 */
export const makesRecordsBlindly: Sabotage = (ports) => {
  let isHeard = false;
  return withRecords(ports, (records) => ({
    ...findsNothing(records),
    async writeRecords(collection, writes) {
      const blind = writes.map((write) => ({ ...write, key: null }));
      const results = await records.writeRecords(collection, blind);
      if (isHeard || writes.every(({ recordId }) => recordId !== null)) return results;
      isHeard = true;
      throw new RemoteFailure(failure('crm.unreachable'));
    },
  }));
};

/**
 * Looks for no item before it makes one, stamps it with nothing that it would know again, sees no stamps, and finds no record for what it then meets. The first
 * answer is lost.
 */
export const makesItemsBlindly: Sabotage = (ports) => {
  let isHeard = false;
  return withMail(withRecords(ports, findsNothing), (connector) => ({
    ...connector,
    items: {
      ...connector.items,
      async readItemChanges(...asked) {
        const page = await connector.items.readItemChanges(...asked);
        const changes = page.changes.map((change) =>
          change.kind === 'upsert' ? { ...change, item: { ...change.item, stamp: null } } : change,
        );
        return { ...page, changes };
      },
      async createItems(collection, items) {
        const blind = items.map((item) => ({ ...item, stamp: `blind${ports.random.next()}` }));
        const results = await connector.items.createItems(collection, blind, { mayExist: false });
        if (isHeard) return results;
        isHeard = true;
        throw new RemoteFailure(failure('mailbox.unreachable'));
      },
    },
  }));
};

const findsNothing = (records: CrmRecords): CrmRecords => ({
  ...records,
  findRecords: (_collection, wishes) => Promise.resolve(wishes.map(() => null)),
});

function withRecords(ports: Ports, change: (records: CrmRecords) => CrmRecords): Ports {
  return {
    ...ports,
    crm: {
      ...ports.crm,
      open(connection, signal) {
        const connector = ports.crm.open(connection, signal);
        return { ...connector, records: change(connector.records) };
      },
    },
  };
}

/** Takes a folder's word that an item is gone, where it only moved: as if ids changed with every move. */
export const believesEveryDeletion: Sabotage = (ports) =>
  withMail(ports, (connector) => ({
    ...connector,
    capabilities: {
      ...connector.capabilities,
      stableIds: { able: false, reason: 'this product does not believe it' },
    },
  }));

/** Goes on with a renewed token and never stores it. */
export const keepsTokensToItself: Sabotage = (ports) => {
  const services = [...ports.mailServices].map(([name, service]) => {
    const open = (...[connection, opening]: Open): MailConnector => {
      const { keeper } = opening;
      if (!('id' in connection)) return service.open(connection, opening);
      const forgetful: CredentialKeeper = {
        load: () => keeper.load(),
        exclusive: async (work) => {
          const current = await keeper.load();
          return await work(current, async (credential) => ({ credential, version: current.version + 1 }));
        },
      };
      return service.open(connection, { ...opening, keeper: forgetful });
    };
    return [name, { ...service, open }] as const;
  });
  return { ...ports, mailServices: new Map(services) };
};

type Open = Parameters<NonNullable<ReturnType<Ports['mailServices']['get']>>['open']>;

function withMail(
  ports: Ports,
  change: (
    connector: MailConnector,
    connectionId: string,
    organizationId: Parameters<typeof inOrganization>[1],
  ) => MailConnector,
): Ports {
  const services = [...ports.mailServices].map(([name, service]) => {
    const open = (...[connection, opening]: Open): MailConnector => {
      const connector = service.open(connection, opening);
      // While somebody activates there is no stored connection yet.
      if (!('id' in connection)) return connector;
      const stored = connection as unknown as {
        id: string;
        organizationId: Parameters<typeof inOrganization>[1];
      };
      return change(connector, stored.id, stored.organizationId);
    };
    return [name, { ...service, open }] as const;
  });
  return { ...ports, mailServices: new Map(services) };
}
