/** Judges a batch of people against those who are here and writes what is new or changed, in one transaction; a dry run stops before the writing. */
import { mergePerson, type PersonWish } from '../decide/merge-person.ts';
import type { ImportColumn, ImportProblem } from '../decide/read-import-row.ts';
import type { CrmUser } from '../model/crm-users.ts';
import type { LicenseId, ProfileId, UserId } from '../model/ids.ts';
import type { ProvisionedPerson } from '../model/provisioned-person.ts';
import { DatabaseError, inOrganization, type Tx } from '../store/database.ts';
import {
  lockProvisioning,
  readAddressOwners,
  readProvisioned,
  type UserOrigin,
  writeProvisioned,
} from '../store/provisioned-users.ts';
import { reaches } from '../store/reach.ts';
import type { Admin } from './admin.ts';
import type { Ports } from './ports.ts';

/** A person of a row, as the CRM knows him, and what the row says beyond that. */
export interface RowWish {
  readonly line: number;
  readonly user: CrmUser;
  readonly wish: Pick<PersonWish, 'fullName' | 'mailboxLogin' | 'mailboxAddress'>;
}

export interface JudgedRow {
  readonly line: number;
  readonly result:
    | {
        readonly kind: 'good';
        readonly change: 'created' | 'changed' | 'unchanged';
        readonly userId: UserId | null;
      }
    | { readonly kind: 'bad'; readonly column: ImportColumn | null; readonly problem: ImportProblem };
}

export interface BatchOptions {
  readonly profileId: ProfileId | null;
  readonly licenseId: LicenseId | null;
  readonly dryRun: boolean;
  readonly origin: UserOrigin;
  /** Leaves those as they are who are here already. */
  readonly onlyNew: boolean;
}

const ATTEMPTS_MAX = 3;
const UNIQUE_VIOLATION = '23505';

/** One result per row, in the order given; at most `PROVISIONED_MAX` rows. */
export async function saveBatch(
  ports: Pick<Ports, 'db' | 'clock'>,
  admin: Admin,
  rows: readonly RowWish[],
  options: BatchOptions,
): Promise<readonly JudgedRow[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inOrganization(ports.db, admin.organizationId, (tx) =>
        judgeAndWrite(tx, admin, rows, options, ports.clock.now()),
      );
    } catch (error) {
      // Somebody gave one of these addresses to another person at the same moment: judged anew, it is a bad row.
      const again =
        error instanceof DatabaseError && error.code === UNIQUE_VIOLATION && attempt < ATTEMPTS_MAX;
      if (!again) throw error;
    }
  }
}

async function judgeAndWrite(
  tx: Tx,
  { organizationId, reach }: Admin,
  rows: readonly RowWish[],
  options: BatchOptions,
  now: number,
): Promise<readonly JudgedRow[]> {
  if (!options.dryRun) await lockProvisioning(tx, organizationId);
  const known = await readProvisioned(tx, {
    organizationId,
    crmUserIds: rows.map(({ user }) => user.userId),
  });
  const merged = rows.map(({ line, user, wish }) => {
    const before = known.get(user.userId) ?? null;
    const { profileId, licenseId } = options;
    return { line, before, ...mergePerson(before, { ...wish, user, profileId, licenseId }) };
  });
  const owners = new Map(
    await readAddressOwners(tx, {
      organizationId,
      addresses: merged.flatMap(({ person }) => person.mailboxAddress ?? []),
    }),
  );
  const writes: ProvisionedPerson[] = [];
  const results = merged.map(({ line, before, person, change }): JudgedRow => {
    const good = (as: typeof change): JudgedRow => ({
      line,
      result: { kind: 'good', change: as, userId: before?.id ?? null },
    });
    if (!reaches(reach, person.profileId) || (before !== null && !reaches(reach, before.profileId)))
      return { line, result: { kind: 'bad', column: null, problem: 'other-profile' } };
    if (before !== null && options.onlyNew) return good('unchanged');
    if (isTaken(owners, person))
      return { line, result: { kind: 'bad', column: 'mailbox_address', problem: 'address-taken' } };
    if (change !== 'unchanged') {
      if (person.mailboxAddress !== null) owners.set(person.mailboxAddress, person.crmUserId);
      writes.push(person);
    }
    return good(change);
  });
  if (options.dryRun) return results;
  const written = await writeProvisioned(tx, { organizationId, people: writes, origin: options.origin, now });
  return results.map((one, at) => withId(one, written.get(rows[at]?.user.userId ?? '')));
}

function isTaken(owners: ReadonlyMap<string, string>, person: ProvisionedPerson): boolean {
  const owner = person.mailboxAddress === null ? undefined : owners.get(person.mailboxAddress);
  return owner !== undefined && owner !== person.crmUserId;
}

function withId(one: JudgedRow, userId: UserId | undefined): JudgedRow {
  if (one.result.kind === 'bad' || userId === undefined) return one;
  return { ...one, result: { ...one.result, userId } };
}
