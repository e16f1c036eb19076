/** The form of the API budget as it is typed, and the question that it makes. */
import type { ServiceLevels } from '../../../api-schema/admin/service-levels.ts';

export interface BudgetDraft {
  readonly mailboxes: string;
  readonly intervalMinutes: string;
  readonly dailyAllowance: string;
  readonly sharePercent: string;
  readonly itemsADay: string;
  readonly hints: boolean;
}

/** What is known of this company, else what is usual. */
export function draftOf({ mailboxes, dailyAllowance, share }: ServiceLevels['budget']): BudgetDraft {
  return {
    mailboxes: String(Math.max(1, mailboxes)),
    intervalMinutes: '30',
    dailyAllowance: String(dailyAllowance ?? 100_000),
    sharePercent: String(Math.round(share * 100)),
    itemsADay: '40',
    hints: false,
  };
}

type Name = Exclude<keyof BudgetDraft, 'hints'>;

/** Bounds as the API has them. */
export const budgetFields: readonly {
  readonly name: Name;
  readonly label: string;
  readonly min: number;
  readonly max: number;
}[] = [
  { name: 'mailboxes', label: 'Mailboxes', min: 0, max: 1_000_000 },
  { name: 'intervalMinutes', label: 'Minutes from run to run', min: 5, max: 1_440 },
  { name: 'dailyAllowance', label: 'API requests a day', min: 0, max: 1_000_000_000 },
  { name: 'sharePercent', label: 'Share for Lockstep in %', min: 0, max: 100 },
  { name: 'itemsADay', label: 'Items a day and mailbox', min: 0, max: 100_000 },
];

/** What is wrong with each field; empty: nothing is. */
export function findBudgetErrors(draft: BudgetDraft): Readonly<Partial<Record<Name, string>>> {
  return Object.fromEntries(
    budgetFields.flatMap(({ name, min, max }) => {
      const text = draft[name].trim();
      const value = Number(text);
      const isWhole = /^\d+$/.test(text);
      return isWhole && value >= min && value <= max
        ? []
        : [[name, `Enter a whole number from ${min} to ${max.toLocaleString('en')}.`]];
    }),
  );
}

/** The question below /api/admin. */
export function budgetQuery(draft: BudgetDraft): string {
  return new URLSearchParams({
    mailboxes: draft.mailboxes.trim(),
    intervalMinutes: draft.intervalMinutes.trim(),
    dailyAllowance: draft.dailyAllowance.trim(),
    share: String(Number(draft.sharePercent) / 100),
    itemsADay: draft.itemsADay.trim(),
    hints: draft.hints ? 'yes' : 'no',
  }).toString();
}
