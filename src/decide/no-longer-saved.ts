/**
 * The retroactive question (S6): which saved mails would the settings as changed leave out? Settings are to blame only where the same mail passes without
 * them: a mail that a person moved elsewhere since, or whose contact is gone, is no match. Pure.
 */
import type { ItemResult, LookUpResult } from '../model/connector.ts';
import type { EmailHead } from '../model/email.ts';
import type { ItemId } from '../model/ids.ts';
import type { SyncSettings } from '../model/settings.ts';
import { type KnownLinks, lookUpFor, type PlanInput, plan } from './plan.ts';
import type { Rules } from './rules.ts';

/** The settings without anything by which they leave mail out. */
export function permissive(settings: SyncSettings): SyncSettings {
  return { ...settings, autoSaveInbox: true, autoSaveSent: true, blocklist: [], internalDomains: [] };
}

export interface NoLongerSavedInput {
  readonly heads: readonly ItemResult<EmailHead>[];
  readonly changed: Rules;
  /** Made of `permissive` settings. */
  readonly permissive: Rules;
  readonly printKey: PlanInput['printKey'];
}

const nothingKnown: KnownLinks = { own: new Map(), others: new Map() };

/** Whom the CRM must be asked about before the question can be answered. */
export function addressesToAsk({
  heads,
  permissive: rules,
  printKey,
}: NoLongerSavedInput): readonly string[] {
  return lookUpFor({ heads, rules, links: nothingKnown, printKey }).addresses;
}

/** The items that pass under the permissive rules and not under the changed ones. */
export function noLongerSaved(input: NoLongerSavedInput, lookUp: LookUpResult): readonly ItemId[] {
  const { heads, printKey } = input;
  const passing = (rules: Rules): ReadonlySet<ItemId> =>
    new Set(
      plan({ heads, rules, lookUp, links: nothingKnown, printKey }).flatMap((action) =>
        action.do === 'save' || action.do === 'link' ? [action.head.itemId] : [],
      ),
    );
  const before = passing(input.permissive);
  const after = passing(input.changed);
  return [...before].filter((itemId) => !after.has(itemId));
}
