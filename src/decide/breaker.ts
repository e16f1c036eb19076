/**
 * The deletion breaker (S5): more deletions in one run than a limit, by count or by share of everything that is paired, wait for a person. Pure.
 */
import type { SyncSettings } from '../model/settings.ts';

/** Fewer deletions than these are never held for their share alone: of three paired events one is a third. */
export const DELETIONS_FREE = 10;

/** Whether the deletions of one run are held. `paired` counts what was paired before them, they included. */
export function isHeld(
  deletions: number,
  paired: number,
  limits: Pick<SyncSettings, 'deletionsMax' | 'deletionShareMax'>,
): boolean {
  if (deletions > limits.deletionsMax) return true;
  return deletions > DELETIONS_FREE && deletions > paired * limits.deletionShareMax;
}
