/**
 * The settings forms as typed, and what of them must be sent. Only what the person changed enters a layer: what he left alone goes on
 * following the organization's choice, and what is locked is never sent.
 */
import type { SettingsLayerForm, SettingsView } from '../../../api-schema/settings.ts';
import { type Collection, collections } from '../../../model/collection.ts';
import {
  EVENT_DAYS_AHEAD_MAX,
  EVENT_DAYS_BACK_MAX,
  effectiveSettings,
  lockOf,
  SERIES_DAYS_AHEAD_MAX,
  type SettingLock,
  type SettingName,
  type SyncSettings,
  TASK_DAYS_BACK_MAX,
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
  /** What is kept in step, by name, with spaces between. */
  readonly collections: string;
  readonly eventsDown: boolean;
  readonly contactsDown: boolean;
  readonly tasksDown: boolean;
  readonly contactScope: SyncSettings['contactScope'];
  readonly contactListView: string;
  readonly eventDaysBack: string;
  readonly eventDaysAhead: string;
  readonly seriesDaysAhead: string;
  readonly taskDaysBack: string;
}

/** Numbers of days, with the least and the most. */
const dayRanges = {
  windowDays: [0, WINDOW_DAYS_MAX],
  eventDaysBack: [0, EVENT_DAYS_BACK_MAX],
  eventDaysAhead: [0, EVENT_DAYS_AHEAD_MAX],
  seriesDaysAhead: [1, SERIES_DAYS_AHEAD_MAX],
  taskDaysBack: [0, TASK_DAYS_BACK_MAX],
} as const;

export type DaysName = keyof typeof dayRanges;

const daysNames = Object.keys(dayRanges) as DaysName[];

/** The draft's collections with one of them switched. */
export function switchCollection(draft: string, name: Collection, isOn: boolean): string {
  return collections.filter((one) => (one === name ? isOn : draft.split(' ').includes(one))).join(' ');
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
  const { eventsDown, contactsDown, tasksDown, contactScope, contactListView } = inForce;
  const days = Object.fromEntries(daysNames.map((name) => [name, String(inForce[name])]));
  return {
    ...{ autoSaveInbox, autoSaveSent, relateTo, markSaved, markErrors, notifyUser },
    ...{ eventsDown, contactsDown, tasksDown, contactScope, contactListView },
    ...(days as Record<DaysName, string>),
    collections: inForce.collections.join(' '),
  };
}

export function findSyncedErrors(draft: SyncedDraft): DraftErrors<SyncedDraft> {
  const wrong = daysNames.flatMap((name) => {
    const [least, most] = dayRanges[name];
    const days = draft[name].trim();
    const isGood = /^\d+$/.test(days) && Number(days) >= least && Number(days) <= most;
    return isGood ? [] : [[name, `Enter a whole number from ${least} to ${most}.`]];
  });
  const needsView = draft.contactScope === 'list-view' && draft.contactListView === '';
  return {
    ...Object.fromEntries(wrong),
    ...(needsView ? { contactListView: 'Choose a list view.' } : {}),
  };
}

/** The person's layer with what he changed, whole; null where he changed nothing. */
export function changedSynced(view: SettingsView, draft: SyncedDraft): SettingsLayerForm | null {
  const shown = syncedDraftOf(view);
  const changed = Object.entries(draft).filter(
    ([key, value]) =>
      value !== shown[key as keyof SyncedDraft] && lockIn(view, key as keyof SyncedDraft) === null,
  );
  if (changed.length === 0) return null;
  const typed = changed.map(([key, value]) => [key, meant(key as keyof SyncedDraft, value)]);
  return sendable(view, { ...view.user, ...Object.fromEntries(typed) });
}

function meant(key: keyof SyncedDraft, value: string | boolean): unknown {
  if (key === 'collections')
    return String(value)
      .split(' ')
      .filter((name) => name !== '');
  return daysNames.some((name) => name === key) ? Number(value) : value;
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
