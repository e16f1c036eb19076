/** Schemas for answers of which any part may be odd: a part that cannot be read counts as absent, and the rest is read all the same. */
import { z } from 'zod';

/** A text, or undefined for whatever else stands there. */
export const text = z.string().optional().catch(undefined);

/** True for `true` alone. */
export const flag = z.literal(true).optional().catch(undefined);

/** A list; its entries are read by a lenient schema of their own, and those that are none are dropped. */
export function listOf<Entry>(entry: z.ZodType<Entry>) {
  return z
    .array(z.unknown())
    .catch([])
    .default([])
    .transform((entries) =>
      entries.flatMap((one) => {
        const parsed = entry.safeParse(one);
        return parsed.success ? [parsed.data] : [];
      }),
    );
}

/** The instant of a text; null where it is none. */
export function instantOf(value: string | undefined): number | null {
  const at = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

/** A date `2026-11-27` as it begins a text; null where there is none. */
export function dateOf(value: string | undefined): string | null {
  const date = /^\d{4}-\d\d-\d\d/.exec(value ?? '')?.[0];
  return date === undefined || Number.isNaN(Date.parse(`${date}T00:00:00Z`)) ? null : date;
}
