/** What a mark makes of an item's categories. Pure. */
import type { Mark } from '../model/connector.ts';

/** Categories compare without case, as Outlook does; those that stay keep their writing and order. */
export function withMark(
  categories: readonly string[],
  mark: Pick<Mark, 'add' | 'remove'>,
): readonly string[] {
  const removed = new Set(mark.remove.map((name) => name.toLowerCase()));
  const kept = categories.filter((name) => !removed.has(name.toLowerCase()));
  const present = new Set(kept.map((name) => name.toLowerCase()));
  return [...kept, ...mark.add.filter((name) => !present.has(name.toLowerCase()))];
}

/** Whether nothing would be written. */
export function sameCategories(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && before.every((name, index) => name === after[index]);
}
