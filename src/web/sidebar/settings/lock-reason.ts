/** Why a setting is greyed, in words (G3). */
import type { SettingLock } from '../../../model/settings.ts';

/** One sentence that names who set it; empty where the person may choose. */
export function lockReason(lock: SettingLock | null): string {
  if (lock === null) return '';
  return lock.by === 'organization'
    ? 'Set by your organization; only an administrator can change it.'
    : `Set by the preset “${lock.name}”; only an administrator can change it.`;
}
