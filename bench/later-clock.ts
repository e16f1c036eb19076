/**
 * The product's clock in benches: an hour ahead of the simulators'. Mail that was delivered a moment ago would else be so fresh that a folder's mark is not
 * trusted yet, and an idle run would look into every folder, as it does only in the first seconds after a change.
 */
import type { Clock } from '../src/model/clock.ts';
import { systemClock } from '../src/server/system-clock.ts';

const AHEAD_MS = 60 * 60_000;

export const laterClock: Clock = { ...systemClock, now: () => systemClock.now() + AHEAD_MS };
