/** Counts of durations in buckets that grow by 5 %: bounded memory for any number of them, percentiles within 5 %. */

const GROWTH = Math.log(1.05);
/** Where growing begins. */
const FIRST_MS = 20;
/** Reaches beyond two days. */
export const BUCKETS = 340;

export function bucketOf(ms: number): number {
  if (ms <= 0) return 0;
  return Math.min(BUCKETS - 1, 1 + Math.floor(Math.log1p(ms / FIRST_MS) / GROWTH));
}

/** The longest duration of a bucket. */
function boundOf(bucket: number): number {
  return bucket === 0 ? 0 : FIRST_MS * Math.expm1(bucket * GROWTH);
}

/** Histograms of many groups in one block. */
export class Histograms {
  readonly #counts: Uint32Array;
  readonly #totals: Uint32Array;
  readonly #most: Float64Array;

  constructor(groups: number) {
    this.#counts = new Uint32Array(groups * BUCKETS);
    this.#totals = new Uint32Array(groups);
    this.#most = new Float64Array(groups);
  }

  add(group: number, ms: number): void {
    const place = group * BUCKETS + bucketOf(ms);
    this.#counts[place] = (this.#counts[place] as number) + 1;
    this.#totals[group] = (this.#totals[group] as number) + 1;
    if (ms > (this.#most[group] as number)) this.#most[group] = ms;
  }

  count(group: number): number {
    return this.#totals[group] ?? 0;
  }

  max(group: number): number {
    return this.#most[group] ?? 0;
  }

  /** In ms, rounded up to the bucket's end but never above the longest; 0 where there is none. */
  percentile(group: number, share: number): number {
    const wanted = Math.ceil((this.#totals[group] ?? 0) * share);
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS && wanted > 0; bucket += 1) {
      seen += this.#counts[group * BUCKETS + bucket] ?? 0;
      if (seen >= wanted) return Math.min(boundOf(bucket), this.#most[group] ?? 0);
    }
    return 0;
  }
}
