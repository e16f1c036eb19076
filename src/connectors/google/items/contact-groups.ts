/**
 * Contact groups, which Google shows as labels: the one that stands for the folder *Salesforce Contacts*, the others that stand for categories, and
 * making those that are missing. Names compare without case, as Google's do. Vendor page: docs/remote-services/google.md#groups-of-contacts.
 */
import { z } from 'zod';
import { RemoteFailure } from '../../../model/failure.ts';
import { SALESFORCE_CONTACTS } from '../../../model/mailbox-item.ts';
import { refuse } from '../failures.ts';
import { readAs, type Transport } from '../transport.ts';
import { groupNamesOf, type Membership } from './contact-mapping.ts';
import { listOf, text } from './lenient.ts';
import type { Person } from './person.ts';

export interface Groups {
  /** Asks once, where any of these persons is in a group that people made. */
  cover(persons: readonly Person[]): Promise<void>;
  membershipOf(person: Person): Membership;
  /** The resource name of a group; made where it is missing. */
  ensure(name: string): Promise<string>;
  /** Null where there is no such group. */
  find(name: string): Promise<string | null>;
  /** What is known may be out of date. */
  forget(): void;
}

/** The group that everybody's contacts are in: a contact outside it is not shown among them. */
export const MY_CONTACTS = 'contactGroups/myContacts';

const PAGE_GROUPS = 1_000;
const PAGES_MAX = 20;
const groupSchema = z.object({ resourceName: z.string(), name: text, groupType: text });
const pageSchema = z.object({ contactGroups: listOf(groupSchema), nextPageToken: text });

/** Google's own. */
const SYSTEM: ReadonlySet<string> = new Set(
  ['myContacts', 'starred', 'all', 'friends', 'family', 'coworkers', 'blocked', 'chatBuddies'].map(
    (id) => `contactGroups/${id}`,
  ),
);
const isOwn = (resourceName: string): boolean => SYSTEM.has(resourceName);

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

export function createGroups(transport: Transport): Groups {
  let names: Map<string, string> | null = null;
  /** Groups that even a fresh list did not hold. */
  const strangers = new Set<string>();
  const refresh = async (): Promise<Map<string, string>> => {
    names = await listGroups(transport);
    return names;
  };
  const find = async (name: string): Promise<string | null> => {
    const known = names ?? (await refresh());
    return [...known].find(([, one]) => isSame(one, name))?.[0] ?? null;
  };
  const create = async (name: string): Promise<string> => {
    try {
      const answer = await transport.call({
        method: 'contactGroups.create',
        verb: 'POST',
        path: 'contactGroups',
        body: { contactGroup: { name } },
        scope: 'item',
      });
      const { resourceName } = readAs(z.object({ resourceName: z.string() }), answer);
      names?.set(resourceName, name);
      return resourceName;
    } catch (error) {
      // Somebody else made it at the same moment: the list tells.
      if (!(error instanceof RemoteFailure) || error.failure.code !== 'mailbox.item-conflict') throw error;
      await refresh();
      return (await find(name)) ?? refuse('mailbox.transient', 'GROUP_NOT_FOUND');
    }
  };
  return {
    async cover(persons) {
      const unknown = persons
        .flatMap(groupNamesOf)
        .filter((name) => !isOwn(name) && names?.has(name) !== true && !strangers.has(name));
      if (unknown.length === 0) return;
      const known = await refresh();
      for (const name of unknown) if (!known.has(name)) strangers.add(name);
    },
    membershipOf(person) {
      const all = groupNamesOf(person).flatMap((name) => names?.get(name) ?? []);
      return {
        isInSalesforceFolder: all.some((name) => isSame(name, SALESFORCE_CONTACTS)),
        categories: all.filter((name) => !isSame(name, SALESFORCE_CONTACTS)),
      };
    },
    find,
    ensure: async (name) => (await find(name)) ?? (await create(name)),
    forget() {
      names = null;
    },
  };
}

/** Groups that people made, by resource name. */
async function listGroups(transport: Transport): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  let pageToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query = new URLSearchParams({
      pageSize: String(PAGE_GROUPS),
      groupFields: 'name,groupType',
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    const answer = await transport.call({
      method: 'contactGroups.list',
      verb: 'GET',
      path: `contactGroups?${query}`,
      scope: 'mailbox',
    });
    const { contactGroups, nextPageToken } = readAs(pageSchema, answer);
    for (const { resourceName, name, groupType } of contactGroups)
      if (
        name !== undefined &&
        (groupType === undefined ? !isOwn(resourceName) : groupType === 'USER_CONTACT_GROUP')
      )
        names.set(resourceName, name);
    pageToken = nextPageToken;
    if (pageToken === undefined) break;
  }
  return names;
}
