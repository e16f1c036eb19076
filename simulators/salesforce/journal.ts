/**
 * The undo log of one organization: what all-or-none calls roll back to. A transaction is whatever happens between a
 * mark and its roll-back; the log is emptied when a call ends.
 */

/** An undo log. */
export interface Journal {
  remember(undo: () => void): void;
  /** A place to roll back to. */
  mark(): number;
  rollBack(mark: number): void;
  /** Forgets everything: what was done stays done. */
  commit(): void;
}

/** An empty undo log. */
export function createJournal(): Journal {
  const undos: (() => void)[] = [];
  return {
    remember: (undo) => {
      undos.push(undo);
    },
    mark: () => undos.length,
    rollBack(mark) {
      while (undos.length > mark) undos.pop()?.();
    },
    commit() {
      undos.length = 0;
    },
  };
}

/** Runs `work`; whatever it changed is undone when it fails. */
export function atomically<Result>(journal: Journal, work: () => Result): Result {
  const mark = journal.mark();
  try {
    return work();
  } catch (error) {
    journal.rollBack(mark);
    throw error;
  }
}
