/**
 * What a person or an admin may choose, in layers, and the effective settings that the rules read. Blocklists of both layers
 * add up; for everything else the person's own choice stands over the organization's. Whom else to tell is the organization's alone.
 */

export interface EmailSettings {
  /** Auto-save from these places (E1). */
  readonly autoSaveInbox: boolean;
  readonly autoSaveSent: boolean;
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

export type SettingsLayer = { readonly [Key in keyof EmailSettings]?: EmailSettings[Key] };

/** The folder or label, and the category, by which a person saves a mail himself (E1). */
export const SALESFORCE_FOLDER = 'Salesforce Emails';
export const SALESFORCE_CATEGORY = 'Salesforce';
export const ERROR_CATEGORY = 'Sync Error';

export const defaultSettings: EmailSettings = {
  autoSaveInbox: true,
  autoSaveSent: true,
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
export const BLOCKLIST_MAX = 10_000;

/** The settings in force: defaults, then the organization's layer, then the user's; lists of all layers are joined. */
export function effectiveSettings(organization: SettingsLayer, user: SettingsLayer): EmailSettings {
  const merged = { ...defaultSettings, ...organization, ...user };
  return {
    ...merged,
    apiShareMax: organization.apiShareMax ?? defaultSettings.apiShareMax,
    blocklist: union(organization.blocklist, user.blocklist),
    internalDomains: union(organization.internalDomains, user.internalDomains),
    notifyAddresses: organization.notifyAddresses ?? defaultSettings.notifyAddresses,
  };
}

function union(...lists: (readonly string[] | undefined)[]): readonly string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))];
}
