/** Erasing a person (P9): what Lockstep wrote about one address. The address goes in a body, never in a link. */
import { z } from 'zod';
import { linesOf } from '../life.ts';
import { removalViewSchema } from '../removal.ts';

export const erasureFormSchema = z.object({
  address: z
    .email()
    .max(320)
    .transform((text) => text.toLowerCase()),
});

export const erasureViewSchema = z.object({
  items: z.array(
    z.object({
      recordId: z.string(),
      collection: z.enum(['emails', 'events', 'contacts', 'tasks']),
      url: z.string(),
      label: z.string().nullable().describe('Its name, read live from Salesforce; null where it is gone'),
      madeAt: z.iso.datetime(),
    }),
  ),
  others: z.int().describe('Records about the address that Lockstep did not make. They stay.'),
  isComplete: z.boolean().describe('False: there are more than are listed'),
});

export type ErasureView = z.infer<typeof erasureViewSchema>;

export const erasureLineSchema = linesOf(removalViewSchema);
