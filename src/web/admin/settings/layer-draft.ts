/**
 * A layer of settings as an admin types it: what it says, what it leaves open, and what of it nobody below may change (G3). Pure; the form shows it,
 * `layerOf` makes what is sent.
 */
import type { AdminLayerForm } from '../../../api-schema/settings.ts';
import { type SettingName, type SyncSettings, WINDOW_DAYS_MAX } from '../../../model/settings.ts';
import { findListError, listToText, textToList } from '../../sidebar/settings/list-text.ts';
import { type SettingKind, type SettingWords, settingGroups } from './setting-words.ts';

/** `open`: the layer says nothing; `allow`: people may choose otherwise; `force`: they may not. */
export type Decision = 'open' | 'allow' | 'force';

export interface SettingDraft {
  readonly decision: Decision;
  readonly value: boolean | string;
}

export type LayerDraft = Readonly<Record<SettingName, SettingDraft>>;

export type LayerErrors = Readonly<Partial<Record<SettingName, string>>>;

const MEGABYTE = 1024 * 1024;
const MEGABYTES_MAX = 1_907;
const NOTIFIED_MAX = 20;

const all = settingGroups.flatMap(({ settings }) => settings);

/** `above`: the settings in force without this layer; they are shown where it says nothing. */
export function layerDraftOf(layer: AdminLayerForm, above: SyncSettings): LayerDraft {
  const settings = all.map(({ name, kind }) => {
    const said = layer.settings[name];
    const decision: Decision = layer.forced.includes(name) ? 'force' : said === undefined ? 'open' : 'allow';
    return [name, { decision, value: typed(kind, said ?? above[name]) }];
  });
  return Object.fromEntries(settings) as LayerDraft;
}

/** What is wrong with what is said; what is left open is never wrong. */
export function findLayerErrors(draft: LayerDraft): LayerErrors {
  const found = all.flatMap((words) => {
    const { name } = words;
    const { decision, value } = draft[name];
    const error = decision === 'open' ? null : errorOf(words, String(value));
    return error === null ? [] : [[name, error]];
  });
  return Object.fromEntries(found) as LayerErrors;
}

/** For a draft without errors. */
export function layerOf(draft: LayerDraft): AdminLayerForm {
  const said = all.filter(({ name }) => draft[name].decision !== 'open');
  return {
    settings: Object.fromEntries(said.map(({ name, kind }) => [name, meant(kind, draft[name].value)])),
    forced: said.filter(({ name }) => draft[name].decision === 'force').map(({ name }) => name),
  };
}

function typed(kind: SettingKind, value: SyncSettings[SettingName]): boolean | string {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return listToText(value);
  if (kind === 'megabytes') return String(Math.round((value / MEGABYTE) * 100) / 100);
  return String(kind === 'percent' ? Math.round(value * 100) : value);
}

function meant(kind: SettingKind, value: boolean | string): unknown {
  if (typeof value === 'boolean') return value;
  if (kind === 'relation' || kind === 'scope') return value;
  if (kind === 'id') return value.trim();
  if (kind === 'entries' || kind === 'addresses' || kind === 'collections') return textToList(value);
  if (kind === 'megabytes') return Math.round(Number(value) * MEGABYTE);
  return kind === 'percent' ? Number(value) / 100 : Number(value);
}

function errorOf({ kind, range }: SettingWords, value: string): string | null {
  const [least, most] = range ?? (kind === 'percent' ? [5, 100] : [0, WINDOW_DAYS_MAX]);
  if (kind === 'days' || kind === 'percent' || kind === 'count')
    return isWhole(value, least, most) ? null : whole(least, most);
  if (kind === 'id')
    return /^([a-zA-Z0-9]{15}|[a-zA-Z0-9]{18})?$/.test(value.trim())
      ? null
      : 'Enter the id of a list view, 15 or 18 characters.';
  if (kind === 'megabytes') {
    const isNumber = /^\d+(\.\d+)?$/.test(value.trim()) && Number(value) <= MEGABYTES_MAX;
    return isNumber ? null : `Enter a number from 0 to ${MEGABYTES_MAX}.`;
  }
  if (kind === 'entries') return findListError(value);
  return kind === 'addresses' ? addressesError(value) : null;
}

function addressesError(text: string): string | null {
  const list = textToList(text);
  const wrong = list.findIndex((entry) => !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(entry));
  if (wrong >= 0) return `Entry ${wrong + 1}: write an e-mail address (anna@acme.com).`;
  return list.length > NOTIFIED_MAX ? `At most ${NOTIFIED_MAX} addresses.` : null;
}

function isWhole(text: string, min: number, max: number): boolean {
  return /^\d+$/.test(text.trim()) && Number(text) >= min && Number(text) <= max;
}

function whole(min: number, max: number): string {
  return `Enter a whole number from ${min} to ${max}.`;
}
