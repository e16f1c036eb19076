/** How a roll-out is cut into waves, and whether a wave goes on, halts or is over (M8). Pure: counts in, a word out. */

export interface WavePlan {
  /** Of all people, in percent, up to and with this wave. */
  readonly share: number;
  readonly people: number;
}

/**
 * Waves by shares that grow up to 100: each has as many people as its share says, rounded up, less those of the waves before. A wave that would be
 * empty, as the second of a company of three, is left out.
 */
export function cutWaves(people: number, shares: readonly number[]): readonly WavePlan[] {
  const waves: WavePlan[] = [];
  let taken = 0;
  for (const share of shares) {
    const upTo = share >= 100 ? people : Math.ceil((people * share) / 100);
    if (upTo > taken) waves.push({ share, people: upTo - taken });
    taken = Math.max(taken, upTo);
  }
  return waves;
}

/** Whether shares are what a roll-out may have: growing, the last one 100. */
export function areShares(shares: readonly number[]): boolean {
  return shares.at(-1) === 100 && shares.every((share, at) => share > (shares[at - 1] ?? 0));
}

export interface WaveCounts {
  /** Nothing was tried yet. */
  readonly waiting: number;
  /** Tried, and it worked or waits for a login. */
  readonly succeeded: number;
  readonly failed: number;
}

/** People who must have been tried before a wave that is under way is judged. */
export const JUDGED_FROM = 5;

/** `failuresMax`: percent of those tried. Who was not tried (left to himself, or active before) counts neither way. */
export function judgeWave(counts: WaveCounts, failuresMax: number): 'go-on' | 'halt' | 'over' {
  const tried = counts.succeeded + counts.failed;
  const isOver = counts.waiting === 0;
  const isJudged = tried >= JUDGED_FROM || (isOver && tried > 0);
  if (isJudged && counts.failed * 100 > failuresMax * tried) return 'halt';
  return isOver ? 'over' : 'go-on';
}
