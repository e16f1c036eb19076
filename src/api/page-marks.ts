/** Where the next page of a list begins: instant and id of the last entry of the page before, as text that clients hand back unread. */
import { z } from 'zod';
import type { Instant } from '../model/clock.ts';

/** Entries of one page. */
export const PAGE_ITEMS = 20;

/** `next` of the page before. */
export const pageQuery = z.object({
  before: z
    .string()
    .regex(/^\d{1,15}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    .optional(),
});

export function writeMark(at: Instant, id: string): string {
  return `${at}.${id}`;
}

/** Null for the first page. */
export function readMark<Id extends string>(
  text: string | undefined,
): { readonly at: Instant; readonly id: Id } | null {
  if (text === undefined) return null;
  const dot = text.indexOf('.');
  return { at: Number(text.slice(0, dot)), id: text.slice(dot + 1) as Id };
}
