/** Profiles, presets, licenses and the organization's own settings, as admins see and change them. */
import { z } from 'zod';
import { adminLayerSchema } from '../settings.ts';
import { namedSchema } from './common.ts';

const nameSchema = z.string().trim().min(1, 'Give it a name.').max(100);

/** `mailAccessId`, `crmAccessId`: null where each reaches that side himself; the four combinations are the provisioning modes (M9). */
export const profileFormSchema = z.object({
  name: nameSchema,
  mailAccessId: z.uuid().nullable().default(null),
  crmAccessId: z.uuid().nullable().default(null),
  presetId: z.uuid().nullable().default(null),
  adminIds: z
    .array(z.uuid())
    .max(100)
    .default([])
    .describe('People of the role profile-admin who look after it'),
});

export const profileViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  mailAccess: namedSchema.nullable(),
  crmAccess: namedSchema.nullable(),
  preset: namedSchema.nullable(),
  enabled: z.boolean().describe('False: none of its people is synced, and none may resume (R7)'),
  admins: z.array(namedSchema),
  users: z.int(),
  active: z.int().describe('Of its people, those whose sync is active'),
  createdAt: z.iso.datetime(),
});

export type ProfileView = z.infer<typeof profileViewSchema>;

export const profilesViewSchema = z.object({ items: z.array(profileViewSchema) });

/** A preset to be made, empty or from another one or from what a person has chosen. */
export const newPresetSchema = z.object({
  name: nameSchema,
  from: z
    .union([z.object({ presetId: z.uuid() }), z.object({ userId: z.uuid() })])
    .nullable()
    .default(null),
});

/** `version` as it was read: a write by somebody else in between is refused as a conflict. */
export const presetFormSchema = adminLayerSchema.extend({ name: nameSchema, version: z.int() });

export const presetViewSchema = adminLayerSchema.extend({
  id: z.string(),
  name: z.string(),
  version: z.int(),
  profiles: z.array(namedSchema).describe('Whose people have it by their profile'),
  users: z.int().describe('Who has it himself'),
  updatedAt: z.iso.datetime(),
});

export type PresetView = z.infer<typeof presetViewSchema>;

export const presetsViewSchema = z.object({ items: z.array(presetViewSchema) });

/** `override`: what people chose for themselves is forgotten where the preset says something. */
export const applyPresetSchema = z.object({
  profileIds: z.array(z.uuid()).max(100).default([]),
  override: z.boolean(),
});

/** The organization's own layer. */
export const organizationSettingsSchema = adminLayerSchema.extend({ version: z.int() });

export type OrganizationSettings = z.infer<typeof organizationSettingsSchema>;
