/** Whose something is, in administrators' lists. */
import { z } from 'zod';

export const ownerSchema = z.object({ userId: z.string(), name: z.string(), address: z.string() });
