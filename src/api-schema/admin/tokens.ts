/** Service tokens for scripts: what each may is fixed when it is made; the token itself is shown once. */
import { z } from 'zod';
import { namedSchema } from './common.ts';

/** `read` sees all that is listed; the others also change what they are named after. */
export const tokenScopes = ['read', 'users', 'profiles', 'settings', 'accesses', 'rollouts'] as const;

export const tokenFormSchema = z.object({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(z.enum(tokenScopes)).min(1),
  profileId: z.uuid().nullable().default(null).describe('Reaches the people of this profile alone'),
  days: z.int().min(1).max(365).default(90),
});

export const tokenViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(tokenScopes)),
  profile: namedSchema.nullable(),
  createdBy: z.string().nullable(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  usedAt: z.iso.datetime().nullable(),
});

export type TokenView = z.infer<typeof tokenViewSchema>;

export const tokensViewSchema = z.object({ items: z.array(tokenViewSchema) });

export const newTokenSchema = z.object({
  token: z.string().describe('To be copied now: it is shown nowhere again'),
  view: tokenViewSchema,
});
