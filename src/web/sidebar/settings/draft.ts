/**
 * The settings forms as typed, and what of them must be sent. Only what the person changed enters a layer: what he left alone goes on
 * following the organization's choice, and what is locked is never sent.
 */
import type { SettingsLayerForm, SettingsView } from '../../../api-schema/settings.ts';
import {
  effectiveSettings,
  lockOf,
  type SettingLock,
  type SettingName,
  type SyncSettings,
  WINDOW_DAYS_MAX,
} from '../../../model/settings.ts';
import type { SettingsChange } from '../../shared/changes.ts';
import { findListError, listToText, textToList } from './list-text.ts';
import { presentLayers } from './present-layer.ts';

/** *What is synced*. */
export interface SyncedDraft {
  readonly autoSaveInbox: boolean;
  readonly autoSaveSent: boolean;
  readonly windowDays: string;
  readonly relateTo: SyncSettings['relateTo'];
  readonly markSaved: boolean;
  readonly markErrors: boolean;
  readonly notifyUser: boolean;
}

/** *Never sync*. */
export interface NeverDraft {
  readonly ownList: string;
  readonly organizationList: string;
}

export type DraftErrors<Draft> = Readonly<Partial<Record<keyof Draft, string>>>;

/** Why the person may not change a setting; null where he may. */
export function lockIn(view: SettingsView, name: SettingName): SettingLock | null {
  return lockOf(presentLayers(view), name);
}

/** The person's layer without what is locked above it. */
function sendable(view: SettingsView, layer: SettingsLayerForm): SettingsLayerForm {
  return Object.fromEntries(
    Object.entries(layer).filter(([name]) => lockIn(view, name as SettingName) === null),
  );
}

/** What the form shows at first: the settings in force. */
export function syncedDraftOf(view: SettingsView): SyncedDraft {
  const inForce = effectiveSettings(presentLayers(view));
  const { autoSaveInbox, autoSaveSent, relateTo, markSaved, markErrors, notifyUser } = inForce;
  return {
    ...{ autoSaveInbox, autoSaveSent, relateTo, markSaved, markErrors, notifyUser },
    windowDays: String(inForce.windowDays),
  };
}

export function findSyncedErrors({ windowDays }: SyncedDraft): DraftErrors<SyncedDraft> {
  const isDays = /^\d+$/.test(windowDays.trim()) && Number(windowDays) <= WINDOW_DAYS_MAX;
  return isDays ? {} : { windowDays: `Enter a whole number from 0 to ${WINDOW_DAYS_MAX}.` };
}

/** The person's layer with what he changed, whole; null where he changed nothing. */
export function changedSynced(view: SettingsView, draft: SyncedDraft): SettingsLayerForm | null {
  const shown = syncedDraftOf(view);
  const changed = Object.entries(draft).filter(
    ([key, value]) =>
      value !== shown[key as keyof SyncedDraft] && lockIn(view, key as keyof SyncedDraft) === null,
  );
  if (changed.length === 0) return null;
  const typed = changed.map(([key, value]) => [key, key === 'windowDays' ? Number(value) : value]);
  return sendable(view, { ...view.user, ...Object.fromEntries(typed) });
}

/** Both lists as they are in force: own entries do not count where the list is locked. */
export function neverDraftOf(view: SettingsView): NeverDraft {
  return {
    ownList: lockIn(view, 'blocklist') === null ? listToText(view.user.blocklist) : '',
    organizationList: listToText(view.organization.blocklist),
  };
}

export function findNeverErrors(draft: NeverDraft): DraftErrors<NeverDraft> {
  const own = findListError(draft.ownList);
  const organization = findListError(draft.organizationList);
  return {
    ...(own === null ? {} : { ownList: own }),
    ...(organization === null ? {} : { organizationList: organization }),
  };
}

/** The layers whose list differs from what the API holds, whole, for a draft without errors. */
export function changesOfNever(view: SettingsView, draft: NeverDraft): readonly SettingsChange[] {
  const shown = neverDraftOf(view);
  const changes: SettingsChange[] = [];
  const own = textToList(draft.ownList);
  if (listToText(own) !== shown.ownList && lockIn(view, 'blocklist') === null) {
    changes.push({ layer: 'user', settings: sendable(view, { ...view.user, blocklist: own }) });
  }
  if (view.mayEditOrganization && draft.organizationList !== shown.organizationList) {
    const blocklist = textToList(draft.organizationList);
    changes.push({ layer: 'organization', settings: { ...view.organization, blocklist } });
  }
  return changes;
}

/** Whether the own list has an entry that it did not have before, so that earlier mail may match it (S6). */
export function hasNewEntry(view: SettingsView, draft: NeverDraft): boolean {
  const known = new Set(view.user.blocklist ?? []);
  return textToList(draft.ownList).some((entry) => !known.has(entry));
}
