/** Settings of both layers as forms send them; limits are those of `model/settings.ts`. */
import { z } from 'zod';
import { BLOCKLIST_MAX, WINDOW_DAYS_MAX } from '../model/settings.ts';

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
    windowDays: z.int().min(0).max(WINDOW_DAYS_MAX),
    blocklist: z.array(addressOrDomain).max(BLOCKLIST_MAX),
    internalDomains: z.array(addressOrDomain).max(BLOCKLIST_MAX),
    relateTo: z.enum(['account', 'opportunity', 'case']),
    attachmentBytesMax: z.int().min(0).max(2_000_000_000),
    markSaved: z.boolean(),
    markErrors: z.boolean(),
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
