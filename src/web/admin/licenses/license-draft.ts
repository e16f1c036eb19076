/** A license as an admin types it, what is wrong with it, and how its rhythm is said. Pure. */
import type { z } from 'zod';
import type { licenseFormSchema } from '../../../api-schema/administration.ts';

export interface LicenseDraft {
  readonly name: string;
  readonly intervalMinutes: string;
  readonly pattern: 'fixed' | 'adaptive';
}

export const emptyLicense: LicenseDraft = { name: '', intervalMinutes: '30', pattern: 'fixed' };

const MINUTES_MAX = 1_440;

export function findLicenseErrors(
  draft: LicenseDraft,
): Readonly<Partial<Record<keyof LicenseDraft, string>>> {
  const { name, intervalMinutes } = draft;
  const minutes = Number(intervalMinutes);
  const isMinutes = /^\d+$/.test(intervalMinutes.trim()) && minutes >= 1 && minutes <= MINUTES_MAX;
  return {
    ...(name.trim() === '' ? { name: 'Give it a name.' } : {}),
    ...(isMinutes ? {} : { intervalMinutes: `Enter whole minutes from 1 to ${MINUTES_MAX}.` }),
  };
}

/** For a draft without errors. */
export function licenseFormOf({
  name,
  intervalMinutes,
  pattern,
}: LicenseDraft): z.infer<typeof licenseFormSchema> {
  return { name: name.trim(), intervalMinutes: Number(intervalMinutes), pattern };
}

/** `every 30 minutes`, `every 30, then 60 and 120 minutes while nothing changes` */
export function sayRhythm({ intervalMinutes, pattern }: z.infer<typeof licenseFormSchema>): string {
  const every = intervalMinutes === 1 ? 'every minute' : `every ${intervalMinutes} minutes`;
  if (pattern === 'fixed') return every;
  return `${every}; ${intervalMinutes * 2}, then ${intervalMinutes * 4} while nothing changes`;
}
