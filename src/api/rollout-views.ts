/** From roll-outs and their people to what pages and scripts are told (api-schema/admin/rollouts). Pure; progress is counted from the people. */
import type { RolloutMember, RolloutView } from '../api-schema/admin/rollouts.ts';
import type { AccessCheck } from '../api-schema/admin/users.ts';
import type { AccessReport } from '../commands/check-user-access.ts';
import { outcomes, predictions } from '../model/access-findings.ts';
import type { FailureCode } from '../model/catalogue.ts';
import type { Failure } from '../model/failure.ts';
import { actsIn } from '../model/rollout-state.ts';
import type { ListedMember, MemberCount } from '../store/rollout-members.ts';
import type { Rollout } from '../store/rollouts.ts';
import { failureView } from './views.ts';

export function rolloutView(rollout: Rollout, counts: readonly MemberCount[]): RolloutView {
  return {
    id: rollout.id,
    profile: { id: rollout.profileId, name: rollout.profileName },
    startedBy: rollout.startedByName,
    state: rollout.state,
    stateSince: new Date(rollout.stateAt).toISOString(),
    cause: rollout.cause === null ? null : bareFailure(rollout.cause),
    waves: rollout.waves.map((share, wave) => {
      const ofWave = counts.filter((one) => one.wave === wave);
      return {
        share,
        people: sum(ofWave),
        done: sum(ofWave.filter(({ outcome }) => outcome !== 'waiting')),
        failed: sum(ofWave.filter(({ outcome }) => outcome === 'failed')),
        state: waveState(rollout, wave),
      };
    }),
    wave: rollout.wave,
    failuresMax: rollout.failuresMax,
    people: sum(counts),
    checked: counts.reduce((people, one) => people + one.checked, 0),
    byPrediction: countBy(predictions, (key) => counts.filter(({ predicted }) => predicted === key)),
    byOutcome: countBy(outcomes, (key) => counts.filter(({ outcome }) => outcome === key)),
    byCause: causesOf(counts),
    may: [...actsIn(rollout.state)],
    createdAt: new Date(rollout.createdAt).toISOString(),
  };
}

function waveState({ state, wave: current }: Rollout, wave: number): RolloutView['waves'][number]['state'] {
  if (state === 'done' || wave < current) return 'done';
  if (wave > current || state === 'checking' || state === 'checked') return 'waiting';
  return state === 'running' ? 'running' : 'halted';
}

function sum(counts: readonly MemberCount[]): number {
  return counts.reduce((people, one) => people + one.people, 0);
}

function countBy<Key extends string>(
  keys: readonly Key[],
  of: (key: Key) => readonly MemberCount[],
): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, sum(of(key))])) as Record<Key, number>;
}

function causesOf(counts: readonly MemberCount[]): RolloutView['byCause'] {
  const byCode = new Map<FailureCode, number>();
  for (const { code, outcome, predicted, people } of counts) {
    const isLeft = outcome === 'failed' || outcome === 'by-himself' || predicted === 'by-himself';
    if (code !== null && isLeft) byCode.set(code, (byCode.get(code) ?? 0) + people);
  }
  return [...byCode]
    .toSorted(([, one], [, other]) => other - one)
    .map(([code, count]) => ({ failure: bareFailure(code), count }));
}

function bareFailure(code: FailureCode) {
  return failureView({ code, vendorCode: null, fields: [] });
}

export function memberView(member: Omit<ListedMember, 'failure'>): RolloutMember {
  const { position: _, code, vendorCode, fields, changedAt, ...rest } = member;
  return {
    ...rest,
    failure: code === null ? null : failureView({ code, vendorCode, fields }),
    changedAt: new Date(changedAt).toISOString(),
  };
}

export function accessCheckView({ failure, collections, ...findings }: AccessReport): AccessCheck {
  return {
    ...findings,
    failure: toldFailure(failure),
    collections: collections.map((one) => ({ ...one, failure: toldFailure(one.failure) })),
  };
}

function toldFailure(failure: Failure | null) {
  if (failure === null) return null;
  const { code, vendorCode = null, fields = [] } = failure;
  return failureView({ code, vendorCode, fields });
}
