/**
 * The order in which things of a folder (or folders of a mailbox) last changed: one live entry per thing, so that
 * what changed since any point is read in time proportional to the changes. It does not know what the things are.
 */

/** The last change of one thing. Change numbers rise over the whole mailbox. */
export interface ChangeEntry {
  key: string;
  changeNumber: number;
  createdAtChange: number;
  /** As `createdAtChange`, of the first time where a thing left and came back. */
  firstCreatedAtChange: number;
  /** The last change that was more than a read flag. */
  contentAtChange: number;
  deleted: boolean;
}

export interface ChangeLog {
  created(key: string, changeNumber: number): void;
  changed(key: string, changeNumber: number, readFlagOnly?: boolean): void;
  deleted(key: string, changeNumber: number): void;
  /** When the thing called `key` came, as a change number. */
  createdAtChange(key: string): number | undefined;
  /** Entries with a change number above `changeNumber`, oldest first. */
  since(changeNumber: number): Iterable<ChangeEntry>;
}

/** An empty log. */
export function createChangeLog(): ChangeLog {
  let slots: (ChangeEntry | undefined)[] = [];
  let indexOf = new Map<string, number>();
  let numbers: number[] = [];

  const put = (entry: ChangeEntry) => {
    const old = indexOf.get(entry.key);
    if (old !== undefined) slots[old] = undefined;
    indexOf.set(entry.key, slots.length);
    slots.push(entry);
    numbers.push(entry.changeNumber);
    if (slots.length > 1024 && slots.length > indexOf.size * 4) compact();
  };
  const compact = () => {
    const kept = slots.filter((slot) => slot !== undefined);
    slots = kept;
    numbers = kept.map((entry) => entry.changeNumber);
    indexOf = new Map(kept.map((entry, index) => [entry.key, index]));
  };
  const current = (key: string) => {
    const index = indexOf.get(key);
    return index === undefined ? undefined : slots[index];
  };

  return {
    created(key, changeNumber) {
      put({
        key,
        changeNumber,
        createdAtChange: changeNumber,
        firstCreatedAtChange: current(key)?.firstCreatedAtChange ?? changeNumber,
        contentAtChange: changeNumber,
        deleted: false,
      });
    },
    changed(key, changeNumber, readFlagOnly = false) {
      const before = current(key);
      if (before === undefined) return;
      const contentAtChange = readFlagOnly ? before.contentAtChange : changeNumber;
      put({ ...before, changeNumber, contentAtChange });
    },
    deleted(key, changeNumber) {
      const before = current(key);
      if (before !== undefined) put({ ...before, changeNumber, deleted: true });
    },
    createdAtChange: (key) => current(key)?.createdAtChange,
    *since(changeNumber) {
      let [low, high] = [0, numbers.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((numbers[middle] ?? 0) <= changeNumber) low = middle + 1;
        else high = middle;
      }
      for (let index = low; index < slots.length; index += 1) {
        const entry = slots[index];
        if (entry !== undefined) yield entry;
      }
    },
  };
}
