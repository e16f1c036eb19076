/**
 * Fairness inside one worker: no organization takes more than its share of the places while another one waits. Across workers, age decides.
 */
import type { OrganizationId } from '../model/ids.ts';
import type { Lease } from '../store/leases.ts';

/** Places that one organization may take while others wait: half of them, at least one. */
export function shareOf(concurrency: number): number {
  return Math.max(1, Math.ceil(concurrency / 2));
}

/** Organizations that have their share already. */
export function fullOrganizations(
  running: readonly Pick<Lease, 'organizationId'>[],
  share: number,
): readonly OrganizationId[] {
  const counts = new Map<OrganizationId, number>();
  for (const { organizationId } of running) counts.set(organizationId, (counts.get(organizationId) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= share).map(([organizationId]) => organizationId);
}
