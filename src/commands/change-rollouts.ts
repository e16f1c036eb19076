/**
 * Roll-outs as admins make and steer them (M8). A roll-out is made once however often it is sent; its acts move its state and a worker does the rest,
 * whether or not anybody looks on.
 */
import { areShares, cutWaves } from '../decide/judge-wave.ts';
import type { OrganizationId, ProfileId, RolloutId, UserId } from '../model/ids.ts';
import { nextRolloutState, type RolloutAct, workInState } from '../model/rollout-state.ts';
import { type AuditAction, recordAudit } from '../store/audit.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import type { PeopleFilter } from '../store/listed-users.ts';
import { readProfileState } from '../store/profile-accesses.ts';
import { reaches } from '../store/reach.ts';
import {
  forgetFindings,
  insertMembers,
  listCandidates,
  MEMBERS_MAX,
  retryFailed,
} from '../store/rollout-members.ts';
import { insertRollout, moveRollout, type Rollout, readRollout } from '../store/rollouts.ts';
import type { Admin } from './admin.ts';
import { listPeopleIds } from './list-people.ts';
import type { Ports } from './ports.ts';

export interface RolloutWish {
  readonly id: RolloutId;
  readonly profileId: ProfileId;
  /** Of the profile's people; an empty filter means everybody. */
  readonly who: { readonly userIds: readonly UserId[] } | { readonly filter: PeopleFilter };
  readonly waves: readonly number[];
  readonly failuresMax: number;
}

/** `taken`: the id belongs to another profile's roll-out, or to one of another organization. */
export type CreateRolloutResult = 'created' | 'existed' | 'taken' | 'no-profile' | 'nobody' | 'bad-waves';

/** Makes a roll-out whose pre-flight begins at once; the same id again changes nothing. */
export async function createRollout(
  ports: Ports,
  admin: Admin,
  wish: RolloutWish,
): Promise<CreateRolloutResult> {
  const { organizationId, actor, reach } = admin;
  const { id, profileId, failuresMax } = wish;
  if (!areShares(wish.waves)) return 'bad-waves';
  if (!reaches(reach, profileId)) return 'no-profile';
  const userIds = await idsOf(ports, admin, wish);
  const now = ports.clock.now();
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const before = await readRollout(tx, { organizationId, id });
    if (before !== null) return before.profileId === profileId ? 'existed' : 'taken';
    if ((await readProfileState(tx, { organizationId, profileId })) === null) return 'no-profile';
    const people = await listCandidates(tx, { organizationId, profileId, userIds });
    if (people.length === 0) return 'nobody';
    const waves = cutWaves(people.length, wish.waves);
    const made = await insertRollout(tx, {
      ...{ id, organizationId, profileId, failuresMax, now },
      startedBy: actor.userId,
      waves: waves.map(({ share }) => share),
    });
    if (!made) return 'taken';
    const sizes = waves.map((wave) => wave.people);
    await insertMembers(tx, { rolloutId: id, organizationId, userIds: people, sizes, now });
    await recordAudit(tx, {
      ...{ organizationId, actor, now },
      action: 'rollout.made',
      subject: 'rollout',
      subjectId: id,
      details: { profileId, people: people.length, failuresMax },
    });
    return 'created';
  });
}

/** Whom the wish names; null: everybody of the profile. */
async function idsOf(
  ports: Ports,
  admin: Admin,
  { who, profileId }: RolloutWish,
): Promise<readonly UserId[] | null> {
  if ('userIds' in who) return who.userIds;
  if (Object.values(who.filter).every((value) => value === undefined)) return null;
  const filter = { ...who.filter, profile: profileId };
  const found: UserId[] = [];
  for (let after: Parameters<typeof listPeopleIds>[2]['after'] = null; found.length < MEMBERS_MAX; ) {
    const page: Awaited<ReturnType<typeof listPeopleIds>> = await listPeopleIds(ports, admin, {
      ...{ filter, after },
      limit: PAGE,
    });
    found.push(...page.ids);
    if (page.next === null) break;
    after = { ...page.next, total: page.total };
  }
  return found;
}

const PAGE = 1_000;

/** What an admin did with a roll-out; `impossible` in its present state. Done twice it is done once. */
export async function actOnRollout(
  ports: Ports,
  admin: Admin,
  { id, act }: { readonly id: RolloutId; readonly act: RolloutAct },
): Promise<'done' | 'unknown' | 'impossible'> {
  const { organizationId } = admin;
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const rollout = await readReached(tx, admin, id);
    if (rollout === null) return 'unknown';
    const to = nextRolloutState(rollout.state, act);
    if (to === 'ignored') return 'done';
    if (to === 'impossible') return 'impossible';
    const now = ports.clock.now();
    const isDue = workInState[to] !== 'nothing';
    const moved = await moveRollout(tx, { id, from: rollout.state, to, cause: null, isDue, now });
    // A worker moved it at the same moment: whoever asked looks again.
    if (!moved) return 'impossible';
    if (act === 'check') await forgetFindings(tx, { rolloutId: id, now });
    if (act === 'resume') await retryFailed(tx, { rolloutId: id, wave: rollout.wave, now });
    await tellAudit(tx, admin, { id, organizationId, act, now });
    return 'done';
  });
}

/** Null when there is none such within the admin's reach. */
export async function readReached(
  tx: Tx,
  { organizationId, reach }: Admin,
  id: RolloutId,
): Promise<Rollout | null> {
  const rollout = await readRollout(tx, { organizationId, id });
  return rollout !== null && reaches(reach, rollout.profileId) ? rollout : null;
}

/** Null: looking anew switches nobody on and is no line of its own. */
const ACTIONS: Readonly<Record<RolloutAct, AuditAction | null>> = {
  check: null,
  start: 'rollout.started',
  halt: 'rollout.halted',
  resume: 'rollout.resumed',
  cancel: 'rollout.cancelled',
};

async function tellAudit(
  tx: Tx,
  { actor }: Admin,
  of: {
    readonly id: RolloutId;
    readonly organizationId: OrganizationId;
    readonly act: RolloutAct;
    readonly now: number;
  },
): Promise<void> {
  const { id, organizationId, act, now } = of;
  const action = ACTIONS[act];
  if (action === null) return;
  await recordAudit(tx, {
    ...{ organizationId, actor, now },
    action,
    subject: 'rollout',
    subjectId: id,
  });
}
