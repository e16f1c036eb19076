/**
 * What should become of a mail, judged from the product's law (docs: E1, E2, S3) and the world's history alone. `must`: whatever a run saw, and
 * whenever, it had to save it. `may`: at some moment it was right to save it. Between the two, timing decides.
 */
import {
  type Copy,
  currentStage,
  type History,
  type Mail,
  type SettingsVersion,
  type Stage,
} from './history.ts';
import { COMPANY_DOMAIN } from './letters.ts';

export type Judgement = 'must' | 'may' | 'never';

/** Of the whole mail: one copy that must be saved is enough. */
export function judgeMail(history: History, mail: Mail): Judgement {
  const copies = mail.copies.map((copy) => judgeCopy(history, mail, copy));
  if (copies.includes('must')) return 'must';
  return copies.includes('may') ? 'may' : 'never';
}

export function judgeCopy(history: History, mail: Mail, copy: Copy): Judgement {
  const last = currentStage(copy);
  const certain =
    !isUnreadOld(history, copy, last) &&
    history.settings.every((settings) =>
      shouldSave(history, mail, copy, last, settings, (address) =>
        wasKnownSince(history, address, last.tick),
      ),
    );
  if (certain) return 'must';
  const possible = copy.stages.some((stage) =>
    history.settings.some((settings) =>
      shouldSave(history, mail, copy, stage, settings, (address) => wasEverKnown(history, address)),
    ),
  );
  return possible ? 'may' : 'never';
}

/** Whether a run that meets the copy looks at it at all, or rightly leaves it: waste is not looked at. */
export function isWatched(stage: Stage): boolean {
  return stage.spot !== 'deleted' && stage.spot !== 'nowhere';
}

/** Whether every run that reads from the start would look at it as it lies now. */
export function isExamined(history: History, copy: Copy): boolean {
  const stage = currentStage(copy);
  return isWatched(stage) && (!isOld(history, copy) || stage.spot === 'salesforce');
}

function isOld(history: History, copy: Copy): boolean {
  const owner = history.mailboxes.find((one) => one.address === copy.mailbox);
  return copy.receivedAt < (owner?.historyFrom ?? 0);
}

/** Old mail that only a category marks: on a first reading it is not even opened. */
function isUnreadOld(history: History, copy: Copy, stage: Stage): boolean {
  return isOld(history, copy) && stage.spot !== 'salesforce';
}

function shouldSave(
  history: History,
  { letter }: Mail,
  copy: Copy,
  stage: Stage,
  settings: SettingsVersion,
  isKnown: (address: string) => boolean,
): boolean {
  if (!copy.isMail || !isWatched(stage)) return false;
  const chosen = stage.spot === 'salesforce' || stage.categories.includes('Salesforce');
  const isBlocked = (address: string) =>
    settings.blocklist.some((entry) => address === entry || address.endsWith(`@${entry}`));
  const outsiders = [letter.from, ...letter.to].filter((address) => !address.endsWith(`@${COMPANY_DOMAIN}`));
  const open = outsiders.filter((address) => !isBlocked(address));
  if (isBlocked(letter.from) || (outsiders.length > 0 && open.length === 0)) return false;
  if (chosen) return true;
  if (stage.sensitivity !== 'Normal' || isOld(history, copy)) return false;
  const saves =
    (settings.autoSaveInbox && (stage.spot === 'inbox' || stage.spot === 'inbox-below')) ||
    (settings.autoSaveSent && stage.spot === 'sent');
  return saves && open.some(isKnown);
}

function wasEverKnown(history: History, address: string): boolean {
  return (history.known.get(address) ?? []).some((one) => one.isKnown);
}

/** Known at `tick` and at every moment since. */
function wasKnownSince(history: History, address: string, tick: number): boolean {
  const turns = history.known.get(address) ?? [];
  const before = turns.filter((one) => one.tick <= tick).at(-1);
  return before?.isKnown === true && turns.every((one) => one.tick <= tick || one.isKnown);
}
