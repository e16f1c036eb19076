/**
 * The settings form as typed, and what of it must be sent. Only what the person changed enters a layer: what he left alone goes on
 * following the organization's choice.
 */
import type { SettingsLayerForm, SettingsView } from '../../../api-schema/settings.ts';
import { effectiveSettings, type SettingsLayer, WINDOW_DAYS_MAX } from '../../../model/settings.ts';
import type { SettingsChange } from '../../shared/changes.ts';
import { findListError, listToText, textToList } from './list-text.ts';

export interface Draft {
  readonly autoSaveInbox: boolean;
  readonly autoSaveSent: boolean;
  readonly windowDays: string;
  readonly ownList: string;
  readonly organizationList: string;
}

export type DraftErrors = Readonly<Partial<Record<keyof Draft, string>>>;

/** A layer of the API without the keys that are absent, as the model takes it. */
function present(layer: SettingsLayerForm): SettingsLayer {
  return Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined));
}

/** What the form shows at first: the settings in force, and both lists as they are. */
export function draftOf(view: SettingsView): Draft {
  const inForce = effectiveSettings(present(view.organization), present(view.user));
  return {
    autoSaveInbox: inForce.autoSaveInbox,
    autoSaveSent: inForce.autoSaveSent,
    windowDays: String(inForce.windowDays),
    ownList: listToText(view.user.blocklist),
    organizationList: listToText(view.organization.blocklist),
  };
}

/** What keeps the draft from being saved, per field. */
export function findDraftErrors(draft: Draft): DraftErrors {
  const days = Number(draft.windowDays);
  const isDays = /^\d+$/.test(draft.windowDays.trim()) && days <= WINDOW_DAYS_MAX;
  const ownError = findListError(draft.ownList);
  const organizationError = findListError(draft.organizationList);
  return {
    ...(isDays ? {} : { windowDays: `Enter a whole number from 0 to ${WINDOW_DAYS_MAX}.` }),
    ...(ownError === null ? {} : { ownList: ownError }),
    ...(organizationError === null ? {} : { organizationList: organizationError }),
  };
}

/** The layers that differ from what the API holds, whole, for a draft without errors. */
export function changesOf(view: SettingsView, draft: Draft): readonly SettingsChange[] {
  const shown = draftOf(view);
  const user: SettingsLayerForm = {
    ...view.user,
    ...(draft.autoSaveInbox === shown.autoSaveInbox ? {} : { autoSaveInbox: draft.autoSaveInbox }),
    ...(draft.autoSaveSent === shown.autoSaveSent ? {} : { autoSaveSent: draft.autoSaveSent }),
    ...(draft.windowDays === shown.windowDays ? {} : { windowDays: Number(draft.windowDays) }),
    ...(draft.ownList === shown.ownList ? {} : { blocklist: textToList(draft.ownList) }),
  };
  const changes: SettingsChange[] = [];
  if (!isSameLayer(user, view.user)) changes.push({ layer: 'user', settings: user });
  if (view.mayEditOrganization && draft.organizationList !== shown.organizationList) {
    const blocklist = textToList(draft.organizationList);
    changes.push({ layer: 'organization', settings: { ...view.organization, blocklist } });
  }
  return changes;
}

function isSameLayer(one: SettingsLayerForm, other: SettingsLayerForm): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
