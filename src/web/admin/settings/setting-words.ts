/** Every setting that an admin may choose for many, in words and in the order of the form. Pure. */
import { collections } from '../../../model/collection.ts';
import { collectionWords } from '../../../model/collection-words.ts';
import {
  EVENT_DAYS_AHEAD_MAX,
  EVENT_DAYS_BACK_MAX,
  organizationSettings,
  SERIES_DAYS_AHEAD_MAX,
  type SettingName,
  TASK_DAYS_BACK_MAX,
} from '../../../model/settings.ts';

const DELETIONS_MAX = 100_000;

export type SettingKind =
  | 'switch'
  | 'days'
  | 'count'
  | 'megabytes'
  | 'percent'
  | 'relation'
  | 'scope'
  | 'id'
  | 'collections'
  | 'entries'
  | 'addresses';

export interface SettingWords {
  readonly name: SettingName;
  readonly kind: SettingKind;
  readonly label: string;
  readonly about?: string;
  /** Of a number: the least and the most. */
  readonly range?: readonly [number, number];
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
    title: 'Events, contacts and tasks',
    settings: [
      {
        name: 'collections',
        kind: 'collections',
        label: 'What is kept in step besides mail',
        about: 'Both ways, as far as the way down is on. Nobody is ever invited, updated or told by it',
      },
      {
        name: 'eventsDown',
        kind: 'switch',
        label: 'Events also from Salesforce to the mailbox',
        about: 'Off: changes go to Salesforce only',
      },
      {
        name: 'contactsDown',
        kind: 'switch',
        label: 'Contacts also from Salesforce to the mailbox',
        about: 'Off: changes go to Salesforce only',
      },
      {
        name: 'tasksDown',
        kind: 'switch',
        label: 'Tasks also from Salesforce to the mailbox',
        about: 'Off: changes go to Salesforce only',
      },
      { name: 'contactScope', kind: 'scope', label: 'Contacts to bring from Salesforce' },
      {
        name: 'contactListView',
        kind: 'id',
        label: 'List view of contacts',
        about:
          'Its id (00B…), as in the address of the list in Salesforce; counts where a list view is chosen',
      },
      {
        name: 'eventDaysBack',
        kind: 'days',
        label: 'Events, days back',
        about: 'Events that ended before are left alone',
        range: [0, EVENT_DAYS_BACK_MAX],
      },
      {
        name: 'eventDaysAhead',
        kind: 'days',
        label: 'Events, days ahead',
        about: '0: however far',
        range: [0, EVENT_DAYS_AHEAD_MAX],
      },
      {
        name: 'seriesDaysAhead',
        kind: 'days',
        label: 'Series, days ahead',
        about: 'Each occurrence becomes an event of its own in Salesforce, up to here',
        range: [1, SERIES_DAYS_AHEAD_MAX],
      },
      {
        name: 'taskDaysBack',
        kind: 'days',
        label: 'Completed tasks, days back',
        about: 'Tasks completed before are left alone',
        range: [0, TASK_DAYS_BACK_MAX],
      },
    ],
  },
  {
    title: 'Many deletions at once',
    settings: [
      {
        name: 'deletionsMax',
        kind: 'count',
        label: 'Deletions of one run that need no word',
        about: 'More of them wait until the person, or an administrator, lets them go',
        range: [0, DELETIONS_MAX],
      },
      {
        name: 'deletionShareMax',
        kind: 'percent',
        label: 'Share of everything kept in step, in percent',
        about: 'A larger share, deleted in one run, waits too; up to 10 deletions never wait for their share',
        range: [0, 100],
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
const relations = [
  ['account', 'the account'],
  ['opportunity', 'the latest open opportunity, else the account'],
  ['case', 'the latest open case, else the account'],
] as const;

/** Choices of `scope`. */
const scopes = [
  ['mine', 'only those that the person owns'],
  ['all', 'all that he may see'],
  ['list-view', 'those of a list view'],
] as const;

/** What may be chosen of a kind; nothing where something is typed or switched. */
export function choicesOf(kind: SettingKind): readonly (readonly [string, string])[] {
  if (kind === 'relation') return relations;
  return kind === 'scope' ? scopes : [];
}

/** A chosen value in words; null where it is none of the kind's choices. */
export function sayChoice(kind: SettingKind, value: string): string | null {
  return choicesOf(kind).find(([name]) => name === value)?.[1] ?? null;
}

/** Names of collections in words, in their order. */
export function sayCollections(names: readonly string[]): string {
  const said = collections.filter((name) => names.includes(name)).map((name) => collectionWords[name].title);
  return said.length === 0 ? 'Nothing but mail' : said.join(', ');
}

/** Whether no layer below the organization's has a say. */
export function isOrganizationsAlone(name: SettingName): boolean {
  return organizationSettings.some((one) => one === name);
}
