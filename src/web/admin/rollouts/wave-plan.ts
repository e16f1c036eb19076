/** The plan of waves as an admin types it: growing shares of the people, the last one everybody, and when a wave halts by itself. Pure. */

export interface WavePlan {
  /** Shares in percent as typed; the last wave, everybody, is not among them. */
  readonly shares: readonly string[];
  readonly failuresMax: string;
}

const WAVES_MAX = 10;

export const firstPlan: WavePlan = { shares: ['5', '25'], failuresMax: '20' };

/** Key `failuresMax`, or the place of a share. */
export type PlanErrors = ReadonlyMap<number | 'failuresMax', string>;

export function findPlanErrors({ shares, failuresMax }: WavePlan): PlanErrors {
  const errors = new Map<number | 'failuresMax', string>();
  let before = 0;
  for (const [place, share] of shares.entries()) {
    if (!isWhole(share, 1, 99)) errors.set(place, 'Enter a whole number from 1 to 99.');
    else if (Number(share) <= before) errors.set(place, `It must be more than the wave before, ${before} %.`);
    else before = Number(share);
  }
  if (!isWhole(failuresMax, 0, 100)) errors.set('failuresMax', 'Enter a whole number from 0 to 100.');
  return errors;
}

/** For a plan without errors. */
export function wavesOf({ shares }: WavePlan): number[] {
  return [...shares.map(Number), 100];
}

export function mayAddWave({ shares }: WavePlan): boolean {
  return shares.length < WAVES_MAX - 1;
}

/** With one wave more before the last, half way between it and the one before. */
export function withWave(plan: WavePlan): WavePlan {
  const last = Number(plan.shares.at(-1) ?? 0);
  const next = Number.isFinite(last) ? Math.min(99, Math.ceil((last + 100) / 2)) : 50;
  return { ...plan, shares: [...plan.shares, String(next)] };
}

/** How many people a wave adds, of `total`; null where the plan has an error. */
export function peopleOfWaves(plan: WavePlan, total: number): readonly number[] | null {
  if (findPlanErrors(plan).size > 0) return null;
  const ends = wavesOf(plan).map((share) => Math.ceil((total * share) / 100));
  return ends.map((end, place) => end - (ends[place - 1] ?? 0));
}

function isWhole(text: string, min: number, max: number): boolean {
  return /^\d+$/.test(text.trim()) && Number(text) >= min && Number(text) <= max;
}
