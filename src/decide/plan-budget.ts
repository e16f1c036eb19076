/**
 * What keeping mailboxes in step costs of the CRM's daily allowance, before anybody is switched on: requests at rest and at work, the interval that fits, and
 * what is met first. The figures per run are those that the product promises and that its tests count.
 */

/** An idle run asks the CRM once; `test/contract/request-counts.test.ts` counts it. */
export const CALLS_AT_REST = 1;
/**
 * A run that found something asks for what belongs to it and writes it, at most so often for its first items, and the run after it looks once more;
 * `test/api/service-levels.test.ts` counts it.
 */
export const CALLS_AT_WORK = 5;
/** Further items in one request; the CRM takes 200 records at once. */
export const ITEMS_PER_CALL = 200;
/** At most so much more than the least that large runs need; `test/contract/request-counts.test.ts` counts it. */
export const RATIO_MAX = 1.3;

const DAY_MINUTES = 24 * 60;
/** Hints bring a run forward at most once a minute. */
const HINTS_A_DAY_MAX = DAY_MINUTES;

export interface BudgetWish {
  readonly mailboxes: number;
  /** From run to run, in minutes. */
  readonly intervalMinutes: number;
  /** Requests that the CRM allows in 24 hours. */
  readonly dailyAllowance: number;
  /** The part of it that may be used, 0 to 1. */
  readonly share: number;
  /** Items of one mailbox that are saved or changed on an average day. */
  readonly itemsADay: number;
  /** Services tell between runs that something moved: every item may make a run of its own. */
  readonly hints: boolean;
}

export interface BudgetPlan {
  /** Of one mailbox, those that hints make included. */
  readonly runsADay: number;
  /** Of everybody in a day on which nothing moves, and in one on which every item comes by itself: the most that it can be. */
  readonly callsAtRest: number;
  readonly callsAtWork: number;
  /** What may be used. */
  readonly allowed: number;
  readonly fits: boolean;
  /** Of the whole allowance, at work. */
  readonly usedShare: number;
  /** The shortest interval that fits, in whole minutes from 5 to a day; null: none does. */
  readonly fittingIntervalMinutes: number | null;
  /** As many as fit at this interval. */
  readonly mailboxesMax: number;
  /** What stops first: nothing, the share (runs wait), or the allowance itself (everybody's requests are refused). */
  readonly firstLimit: 'none' | 'share' | 'allowance';
  /** After how many hours of a day at work the first limit is met; null: it is not. */
  readonly limitAfterHours: number | null;
}

/** The most requests that one run makes for so many items, with what the run after it asks more because of them. */
export function callsOfRun(items: number): number {
  if (items === 0) return CALLS_AT_REST;
  const further = Math.max(0, Math.ceil(items / ITEMS_PER_CALL) - 1);
  return CALLS_AT_REST + CALLS_AT_WORK + Math.ceil(2 * further * RATIO_MAX);
}

/** The most requests of one mailbox in a day: its items spread over as many runs as there are. */
export function callsOfDay(wish: Pick<BudgetWish, 'intervalMinutes' | 'itemsADay' | 'hints'>): number {
  const { runs, working } = runsOfDay(wish);
  if (working === 0) return runs * CALLS_AT_REST;
  return (runs - working) * CALLS_AT_REST + working * callsOfRun(Math.ceil(wish.itemsADay / working));
}

function runsOfDay({
  intervalMinutes,
  itemsADay,
  hints,
}: Pick<BudgetWish, 'intervalMinutes' | 'itemsADay' | 'hints'>) {
  const regular = Math.ceil(DAY_MINUTES / intervalMinutes);
  const items = Math.ceil(itemsADay);
  if (!hints) return { runs: regular, working: Math.min(regular, items) };
  const hinted = Math.min(items, HINTS_A_DAY_MAX);
  return { runs: regular + hinted, working: hinted };
}

const INTERVAL_MIN = 5;

/** Plans a budget. `mailboxes`, `dailyAllowance` and `itemsADay` from 0 on, `intervalMinutes` from 1 on, `share` from 0 to 1. Total: it never fails. */
export function planBudget(wish: BudgetWish): BudgetPlan {
  const { mailboxes, dailyAllowance, share } = wish;
  const allowed = Math.floor(dailyAllowance * share);
  const ofOne = callsOfDay(wish);
  const callsAtWork = mailboxes * ofOne;
  const fits = callsAtWork <= allowed;
  const hoursTo = (limit: number) => (callsAtWork === 0 ? 0 : (24 * limit) / callsAtWork);
  const firstLimit = fits ? 'none' : share < 1 ? 'share' : 'allowance';
  return {
    runsADay: runsOfDay(wish).runs,
    callsAtRest: mailboxes * callsOfDay({ ...wish, itemsADay: 0 }),
    callsAtWork,
    allowed,
    fits,
    usedShare: dailyAllowance === 0 ? (callsAtWork === 0 ? 0 : 1) : callsAtWork / dailyAllowance,
    fittingIntervalMinutes: fittingInterval(wish, allowed),
    mailboxesMax: Math.floor(allowed / ofOne),
    firstLimit,
    limitAfterHours: fits ? null : hoursTo(allowed),
  };
}

function fittingInterval(wish: BudgetWish, allowed: number): number | null {
  for (let intervalMinutes = INTERVAL_MIN; intervalMinutes <= DAY_MINUTES; intervalMinutes += 1)
    if (wish.mailboxes * callsOfDay({ ...wish, intervalMinutes }) <= allowed) return intervalMinutes;
  return null;
}

/** What an edition allows in 24 hours. */
export const editions = ['enterprise', 'unlimited', 'developer', 'sandbox'] as const;

export type Edition = (typeof editions)[number];

/**
 * Requests in 24 hours for so many user licenses, bought ones apart.
 * https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm
 */
export function allowanceOf(edition: Edition, licenses: number): number {
  if (edition === 'developer') return 15_000;
  if (edition === 'sandbox') return 5_000_000;
  return 100_000 + licenses * (edition === 'enterprise' ? 1_000 : 5_000);
}
