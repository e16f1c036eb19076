/** `lockstep plan-budget`: what Salesforce's daily API allowance is enough for, before anybody is switched on. Asks nobody and opens nothing. */
import {
  allowanceOf,
  type BudgetPlan,
  type Edition,
  editions,
  planBudget,
} from '../../decide/plan-budget.ts';
import { exitCodes } from './exit-codes.ts';
import { print } from './opening.ts';

export interface BudgetFlags {
  readonly mailboxes: string;
  readonly interval: string;
  readonly allowance?: string;
  readonly edition?: string;
  readonly licenses?: string;
  readonly share: string;
  readonly items: string;
  readonly hints?: boolean;
  readonly json?: boolean;
}

/** Prints the plan; exit 0 when it fits, 1 when it does not, 2 when the question makes no sense. */
export function planBudgetCommand(flags: BudgetFlags): number {
  const faults: string[] = [];
  const number = (name: string, text: string | undefined, min: number, max: number): number => {
    const value = Number(text);
    if (text === undefined || text === '' || !Number.isFinite(value) || value < min || value > max)
      faults.push(`--${name} must be a number from ${min} to ${max}.`);
    return value;
  };
  const mailboxes = Math.floor(number('mailboxes', flags.mailboxes, 0, 1_000_000));
  const wish = {
    mailboxes,
    intervalMinutes: Math.floor(number('interval', flags.interval, 5, 1_440)),
    dailyAllowance: readAllowance(flags, mailboxes, number, faults),
    share: number('share', flags.share, 0, 1),
    itemsADay: number('items', flags.items, 0, 100_000),
    hints: flags.hints === true,
  };
  if (faults.length > 0) {
    for (const fault of faults) process.stderr.write(`${fault}\n`);
    return exitCodes.usage;
  }
  const plan = planBudget(wish);
  if (flags.json === true) print(JSON.stringify({ wish, plan }));
  else for (const line of linesOf(plan, wish)) print(line);
  return plan.fits ? exitCodes.ok : exitCodes.failed;
}

function readAllowance(
  { allowance, edition, licenses }: BudgetFlags,
  mailboxes: number,
  number: (name: string, text: string | undefined, min: number, max: number) => number,
  faults: string[],
): number {
  if (allowance !== undefined) return Math.floor(number('allowance', allowance, 0, 1_000_000_000));
  const known = editions.find((one) => one === edition) as Edition | undefined;
  if (known === undefined) {
    faults.push(`Name the daily allowance (--allowance), or the edition: --edition ${editions.join('|')}.`);
    return 0;
  }
  return allowanceOf(known, licenses === undefined ? mailboxes : number('licenses', licenses, 0, 1_000_000));
}

const say = (count: number) => Math.round(count).toLocaleString('en');

function linesOf(
  plan: BudgetPlan,
  wish: { readonly mailboxes: number; readonly intervalMinutes: number; readonly dailyAllowance: number },
): readonly string[] {
  const { mailboxes, intervalMinutes, dailyAllowance } = wish;
  const offer =
    plan.fittingIntervalMinutes === null
      ? 'No interval up to a day fits.'
      : `The shortest interval that fits is ${plan.fittingIntervalMinutes} minutes.`;
  return [
    `${say(mailboxes)} mailboxes every ${intervalMinutes} minutes: ${say(plan.runsADay)} runs a day each.`,
    `At rest ${say(plan.callsAtRest)} requests a day, at work at most ${say(plan.callsAtWork)}; ${say(plan.allowed)} of ${say(dailyAllowance)} may be used.`,
    plan.limitAfterHours === null
      ? `It fits, with ${Math.round(plan.usedShare * 1_000) / 10} % of the allowance used.`
      : `It does not fit: after ${plan.limitAfterHours.toFixed(1)} hours of a full day ${plan.firstLimit === 'share' ? 'the share is used up and runs wait' : 'the allowance is used up and Salesforce refuses everybody'}.`,
    `${offer} At ${intervalMinutes} minutes ${say(plan.mailboxesMax)} mailboxes fit.`,
  ];
}
