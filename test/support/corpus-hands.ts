/**
 * Puts the corpus into a simulated mailbox, as a person's client would: one set of hands per service. What the service refuses is thrown, and what it has
 * no words for is `Unsaid`.
 */

import type { CorpusEvent, CorpusTodo } from './corpus-calendars.ts';
import type { CorpusCard } from './corpus-cards.ts';

export interface CorpusHands {
  /** Puts an event or a series; exceptions that do not fit are told by reason. */
  putEvent(event: CorpusEvent): { readonly unfit: readonly string[] };
  putTodo(todo: CorpusTodo): void;
  /** Into the folder, or under the label, *Salesforce Contacts*. */
  putCard(card: CorpusCard): void;
}

/** The service has no words for it. */
export class Unsaid extends Error {}

export interface PutIn {
  readonly singles: number;
  readonly series: number;
  readonly todos: number;
  readonly cards: number;
  /** What the simulator refused, or a client of it could not say, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** Exceptions of series that were put, by reason. */
  readonly unfit: Readonly<Record<string, number>>;
}

/** Puts everything, and counts what became of it. */
export function putCorpus(
  hands: CorpusHands,
  {
    events,
    todos,
    cards,
  }: {
    readonly events: readonly CorpusEvent[];
    readonly todos: readonly CorpusTodo[];
    readonly cards: readonly CorpusCard[];
  },
): PutIn {
  const refused = new Map<string, number>();
  const unfit = new Map<string, number>();
  const put = (act: () => void): number => {
    try {
      act();
      return 1;
    } catch (error) {
      countUp(refused, reasonOf(error));
      return 0;
    }
  };
  const counts = { singles: 0, series: 0, todos: 0, cards: 0 };
  for (const event of events)
    counts[event.rule === null ? 'singles' : 'series'] += put(() => {
      for (const reason of hands.putEvent(event).unfit) countUp(unfit, reason);
    });
  for (const todo of todos) counts.todos += put(() => hands.putTodo(todo));
  for (const card of cards) counts.cards += put(() => hands.putCard(card));
  return { ...counts, refused: Object.fromEntries(refused), unfit: Object.fromEntries(unfit) };
}

function countUp(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}

/** A service's code and the beginning of its words: what it says of values is theirs. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  const words = error.message.replace(/[:(].*$/s, '').slice(0, 60);
  return typeof code === 'string' && !words.includes(code) ? `${code} ${words}` : words;
}

/** Does each act, and gives the reasons of those that failed. */
export function unfitOf(acts: readonly (() => unknown)[]): readonly string[] {
  return acts.flatMap((act) => {
    try {
      act();
      return [];
    } catch (error) {
      return [reasonOf(error)];
    }
  });
}
