/**
 * What a person or an admin may choose, in layers, and the effective settings that the rules read. Blocklists of all layers
 * add up; for everything else the person's own choice stands over his preset's, and that over the organization's, unless an admin forced a
 * setting (G3). Whom else to tell is the organization's alone.
 */
import { type Collection, collections } from './collection.ts';

export interface SyncSettings {
  /** What is kept in step besides mail. */
  readonly collections: readonly Collection[];
  /** The way down, from the CRM to the mailbox, per collection (S1). */
  readonly eventsDown: boolean;
  readonly contactsDown: boolean;
  readonly tasksDown: boolean;
  /** Which contacts come down (C1). */
  readonly contactScope: 'mine' | 'all' | 'list-view';
  /** The id of the list view; '' where the scope is another. */
  readonly contactListView: string;
  /** Events are looked at this many days back, and this many ahead; 0: however far (V1). */
  readonly eventDaysBack: number;
  readonly eventDaysAhead: number;
  /** Occurrences of series up to this many days ahead (V2). */
  readonly seriesDaysAhead: number;
  /** Completed tasks due or changed in the last so many days (T1). */
  readonly taskDaysBack: number;
  /** More deletions than this in one run, or than this share of all that is linked, wait for a person (S5); the organization's alone. */
  readonly deletionsMax: number;
  readonly deletionShareMax: number;
  /** Auto-save from these places (E1). */
  readonly autoSaveInbox: boolean;
  readonly autoSaveSent: boolean;
  /** Save what follows in the thread of a mail that the person chose himself (E1). */
  readonly autoSaveThreads: boolean;
  /** How far back the first run looks, in days (E6). */
  readonly windowDays: number;
  /** Addresses and domains that are never saved or matched; a domain covers its subdomains. */
  readonly blocklist: readonly string[];
  /** Own domains besides the mailbox's own (S3). */
  readonly internalDomains: readonly string[];
  /** What a saved mail is related to besides its people. */
  readonly relateTo: 'account' | 'opportunity' | 'case';
  /** Attachments above this size become an issue instead of a file (E5). */
  readonly attachmentBytesMax: number;
  /** Put the category *Salesforce* on every saved mail. */
  readonly markSaved: boolean;
  /** Put the category *Sync Error* on a mail that could not be saved (D2). */
  readonly markErrors: boolean;
  /** Share of the CRM's daily API allowance at which runs end themselves (R11); the organization's alone. */
  readonly apiShareMax: number;
  /** Tell the person by e-mail when his sync stops and when it goes on (N1). */
  readonly notifyUser: boolean;
  /** Who else is told; the organization's layer alone has it. */
  readonly notifyAddresses: readonly string[];
}

export type SettingsLayer = { readonly [Key in keyof SyncSettings]?: SyncSettings[Key] };

/** The folder or label, and the category, by which a person saves a mail himself (E1). */
export const SALESFORCE_FOLDER = 'Salesforce Emails';
export const SALESFORCE_CATEGORY = 'Salesforce';
export const ERROR_CATEGORY = 'Sync Error';

export const defaultSettings: SyncSettings = {
  collections,
  eventsDown: true,
  contactsDown: true,
  tasksDown: true,
  contactScope: 'mine',
  contactListView: '',
  eventDaysBack: 14,
  eventDaysAhead: 0,
  seriesDaysAhead: 90,
  taskDaysBack: 14,
  deletionsMax: 50,
  deletionShareMax: 0.2,
  autoSaveInbox: true,
  autoSaveSent: true,
  autoSaveThreads: true,
  windowDays: 6,
  blocklist: [],
  internalDomains: [],
  relateTo: 'account',
  attachmentBytesMax: 25 * 1024 * 1024,
  markSaved: false,
  markErrors: true,
  apiShareMax: 0.8,
  notifyUser: true,
  notifyAddresses: [],
};

export const WINDOW_DAYS_MAX = 3_650;
export const EVENT_DAYS_BACK_MAX = 90;
export const EVENT_DAYS_AHEAD_MAX = 1_825;
export const SERIES_DAYS_AHEAD_MAX = 366;
export const TASK_DAYS_BACK_MAX = 90;
export const BLOCKLIST_MAX = 10_000;

export type SettingName = keyof SyncSettings;

/** What an admin chose for many, and which of it nobody below may change: *Force*; everything else is *Allow* (G3). */
export interface AdminLayer {
  readonly settings: SettingsLayer;
  readonly forced: readonly SettingName[];
}

export const emptyLayer: AdminLayer = { settings: {}, forced: [] };

export interface SettingsLayers {
  readonly organization: AdminLayer;
  /** The person's own preset, else his profile's; null where neither has one. */
  readonly preset: (AdminLayer & { readonly name: string }) | null;
  readonly user: SettingsLayer;
}

/** The organization's alone: no layer below has a say. */
export const organizationSettings = [
  'apiShareMax',
  'deletionsMax',
  'deletionShareMax',
  'notifyAddresses',
] as const satisfies readonly SettingName[];

/** The settings in force: defaults, then the organization's layer, the preset's, the person's; lists of all layers are joined. */
export function effectiveSettings(layers: SettingsLayers): SyncSettings {
  const { organization } = layers;
  const preset = without(layers.preset?.settings ?? {}, organization.forced);
  const user = without(layers.user, [...organization.forced, ...(layers.preset?.forced ?? [])]);
  const list = (name: 'blocklist' | 'internalDomains') =>
    union(organization.settings[name], preset[name], user[name]);
  return {
    ...defaultSettings,
    ...organization.settings,
    ...preset,
    ...user,
    apiShareMax: organization.settings.apiShareMax ?? defaultSettings.apiShareMax,
    deletionsMax: organization.settings.deletionsMax ?? defaultSettings.deletionsMax,
    deletionShareMax: organization.settings.deletionShareMax ?? defaultSettings.deletionShareMax,
    notifyAddresses: organization.settings.notifyAddresses ?? defaultSettings.notifyAddresses,
    blocklist: list('blocklist'),
    internalDomains: list('internalDomains'),
  };
}

/** Who locked a setting for a person, with the preset's name where it was one; null: he may choose. */
export type SettingLock = { readonly by: 'organization' } | { readonly by: 'preset'; readonly name: string };

/** Why a person may not change a setting: it is greyed with this reason; null where he may. */
export function lockOf(
  { organization, preset }: Omit<SettingsLayers, 'user'>,
  name: SettingName,
): SettingLock | null {
  const isOrganizations = organizationSettings.some((one) => one === name);
  if (isOrganizations || organization.forced.includes(name)) return { by: 'organization' };
  return preset?.forced.includes(name) === true ? { by: 'preset', name: preset.name } : null;
}

function without(layer: SettingsLayer, names: readonly SettingName[]): SettingsLayer {
  const hidden: ReadonlySet<string> = new Set([...names, ...organizationSettings]);
  return Object.fromEntries(Object.entries(layer).filter(([name]) => !hidden.has(name)));
}

function union(...lists: (readonly string[] | undefined)[]): readonly string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))];
}
