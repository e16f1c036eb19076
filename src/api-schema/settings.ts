/** Settings of both layers as forms send them; limits are those of `model/settings.ts`. */
import { z } from 'zod';
import { collections } from '../model/collection.ts';
import {
  BLOCKLIST_MAX,
  EVENT_DAYS_AHEAD_MAX,
  EVENT_DAYS_BACK_MAX,
  SERIES_DAYS_AHEAD_MAX,
  TASK_DAYS_BACK_MAX,
  WINDOW_DAYS_MAX,
} from '../model/settings.ts';

const addressOrDomain = z
  .string()
  .trim()
  .min(3)
  .max(320)
  .regex(/^[^\s<>"]+$/, 'Write an address (anna@acme.com) or a domain (acme.com).');

export const settingsLayerSchema = z
  .object({
    autoSaveInbox: z.boolean(),
    autoSaveSent: z.boolean(),
    autoSaveThreads: z
      .boolean()
      .describe('Save what follows in the thread of a mail that the person chose himself (E1)'),
    windowDays: z.int().min(0).max(WINDOW_DAYS_MAX),
    blocklist: z.array(addressOrDomain).max(BLOCKLIST_MAX),
    internalDomains: z.array(addressOrDomain).max(BLOCKLIST_MAX),
    relateTo: z.enum(['account', 'opportunity', 'case']),
    attachmentBytesMax: z.int().min(0).max(2_000_000_000),
    markSaved: z.boolean(),
    markErrors: z.boolean(),
    collections: z
      .array(z.enum(collections))
      .max(collections.length)
      .describe('What is kept in step besides mail'),
    eventsDown: z.boolean().describe('Events also from Salesforce to the mailbox (S1)'),
    contactsDown: z.boolean().describe('Contacts also from Salesforce to the mailbox (S1)'),
    tasksDown: z.boolean().describe('Tasks also from Salesforce to the mailbox (S1)'),
    contactScope: z.enum(['mine', 'all', 'list-view']).describe('Which contacts come down (C1)'),
    contactListView: z
      .string()
      .regex(/^([a-zA-Z0-9]{15}|[a-zA-Z0-9]{18})?$/, 'The id of a list view, 15 or 18 characters.')
      .describe('The list view of contacts, where contactScope is list-view'),
    eventDaysBack: z
      .int()
      .min(0)
      .max(EVENT_DAYS_BACK_MAX)
      .describe('Events are looked at this many days back'),
    eventDaysAhead: z
      .int()
      .min(0)
      .max(EVENT_DAYS_AHEAD_MAX)
      .describe('Events are looked at this many days ahead; 0: however far'),
    seriesDaysAhead: z
      .int()
      .min(1)
      .max(SERIES_DAYS_AHEAD_MAX)
      .describe('Occurrences of series are kept in step up to this many days ahead'),
    taskDaysBack: z
      .int()
      .min(0)
      .max(TASK_DAYS_BACK_MAX)
      .describe('Completed tasks due or changed in the last so many days are kept in step'),
    deletionsMax: z
      .int()
      .min(0)
      .max(100_000)
      .describe(
        'More deletions than this in one run wait for a person; the organization’s layer alone has it',
      ),
    deletionShareMax: z
      .number()
      .min(0)
      .max(1)
      .describe(
        'A larger share of everything that is kept in step, deleted in one run, waits for a person; the organization’s layer alone has it',
      ),
    apiShareMax: z
      .number()
      .min(0.05)
      .max(1)
      .describe(
        'Share of the daily Salesforce API allowance at which runs end themselves (R11); the organization’s layer alone has it',
      ),
    notifyUser: z
      .boolean()
      .describe('Tell the person by e-mail when his sync stops and when it goes on (N1)'),
    notifyAddresses: z
      .array(z.email())
      .max(20)
      .describe('Who else is told; the organization’s layer alone has it'),
  })
  .partial()
  .strict();

export type SettingsLayerForm = z.infer<typeof settingsLayerSchema>;

export const settingNameSchema = settingsLayerSchema.keyof();

/** What an admin chose for many; `forced` names what nobody below may change (G3). */
export const adminLayerSchema = z.object({
  settings: settingsLayerSchema,
  forced: z.array(settingNameSchema).max(50),
});

export type AdminLayerForm = z.infer<typeof adminLayerSchema>;

export const settingsViewSchema = z.object({
  organization: settingsLayerSchema,
  organizationForced: z.array(settingNameSchema).describe('What the organization locked for everybody'),
  preset: adminLayerSchema
    .extend({ name: z.string() })
    .nullable()
    .describe('The preset that the person or his profile has'),
  user: settingsLayerSchema,
  mayEditOrganization: z.boolean(),
});

export type SettingsView = z.infer<typeof settingsViewSchema>;

/** List views of contacts, as the person sees them in Salesforce now. */
export const contactViewsSchema = z.object({
  items: z.array(z.object({ id: z.string(), label: z.string() })),
});
