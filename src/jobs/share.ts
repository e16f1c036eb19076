/**
 * Fairness inside one worker, and what it asks of the due-table: no organization takes more than its share of the places while another one waits.
 * Across workers, age decides. Pure; the simulation of scale runs on it as the worker does.
 */

/** Places that one organization may take while others wait: half of them, at least one. */
export function shareOf(concurrency: number): number {
  return Math.max(1, Math.ceil(concurrency / 2));
}

/** `below-share`: organizations with their share already are passed over. `anybody`: nobody else waits, so they may have the rest. */
export type ClaimStage = 'below-share' | 'anybody';

export interface ClaimWish<Organization> {
  readonly limit: number;
  readonly except: readonly Organization[];
}

/** What a worker asks next for its free places; null when it has none. `running`: runs under way by organization. */
export function claimWish<Organization>(
  running: ReadonlyMap<Organization, number>,
  concurrency: number,
  stage: ClaimStage,
): ClaimWish<Organization> | null {
  let total = 0;
  const share = shareOf(concurrency);
  const full: Organization[] = [];
  for (const [organization, count] of running) {
    total += count;
    if (count >= share) full.push(organization);
  }
  const room = concurrency - total;
  if (room <= 0) return null;
  return stage === 'anybody' ? { limit: room, except: [] } : { limit: Math.min(room, share), except: full };
}

/**
 * In which stage a worker asks again after an answer; null when there is nothing more to ask for. Fewer than were wished for: there were no more, at least
 * not of those that were asked for.
 */
export function stageAfter<Organization>(
  stage: ClaimStage,
  wish: ClaimWish<Organization>,
  claimed: number,
): ClaimStage | null {
  if (claimed >= wish.limit) return stage;
  return stage === 'anybody' || wish.except.length === 0 ? null : 'anybody';
}
