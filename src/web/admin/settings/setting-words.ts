/** Every setting that an admin may choose for many, in words and in the order of the form. Pure. */
import { organizationSettings, type SettingName } from '../../../model/settings.ts';

export type SettingKind = 'switch' | 'days' | 'megabytes' | 'percent' | 'relation' | 'entries' | 'addresses';

export interface SettingWords {
  readonly name: SettingName;
  readonly kind: SettingKind;
  readonly label: string;
  readonly about?: string;
}

export const settingGroups: readonly {
  readonly title: string;
  readonly settings: readonly SettingWords[];
}[] = [
  {
    title: 'What is saved by itself',
    settings: [
      { name: 'autoSaveInbox', kind: 'switch', label: 'Mail that people receive (Inbox)' },
      { name: 'autoSaveSent', kind: 'switch', label: 'Mail that people send (Sent Items)' },
      {
        name: 'windowDays',
        kind: 'days',
        label: 'History window in days',
        about: 'How far back the first sync looks',
      },
      {
        name: 'attachmentBytesMax',
        kind: 'megabytes',
        label: 'Largest attachment in MB',
        about: 'A larger one is not saved and becomes an issue',
      },
    ],
  },
  {
    title: 'Never sync',
    settings: [
      {
        name: 'blocklist',
        kind: 'entries',
        label: 'Addresses and domains that are never saved',
        about: 'One per line. Lists of all layers add up; forced, people cannot add their own',
      },
      {
        name: 'internalDomains',
        kind: 'entries',
        label: 'Your own domains',
        about: 'One per line. Mail between your own people alone is not saved',
      },
    ],
  },
  {
    title: 'How it is saved',
    settings: [
      { name: 'relateTo', kind: 'relation', label: 'Relate a mail, besides its people, to' },
      { name: 'markSaved', kind: 'switch', label: 'Category “Salesforce” on every saved mail' },
      {
        name: 'markErrors',
        kind: 'switch',
        label: 'Category “Sync Error” on a mail that could not be saved',
      },
    ],
  },
  {
    title: 'Telling people',
    settings: [
      {
        name: 'notifyUser',
        kind: 'switch',
        label: 'Tell the person by e-mail when sync stops and when it goes on',
      },
      {
        name: 'notifyAddresses',
        kind: 'addresses',
        label: 'Whom else to tell',
        about: 'E-mail addresses, one per line, 20 at most',
      },
    ],
  },
  {
    title: 'Salesforce',
    settings: [
      {
        name: 'apiShareMax',
        kind: 'percent',
        label: 'Share of the daily API requests to use, in percent',
        about: 'Above it runs end themselves and go on the next day',
      },
    ],
  },
];

/** Choices of `relation`. */
export const relations = [
  ['account', 'the account'],
  ['opportunity', 'the latest open opportunity, else the account'],
  ['case', 'the latest open case, else the account'],
] as const;

/** Whether no layer below the organization's has a say. */
export function isOrganizationsAlone(name: SettingName): boolean {
  return organizationSettings.some((one) => one === name);
}
