/**
 * Salesforce record ids: 15 characters where case counts, or the same with three that spell the case out. Only the long form is
 * used here, so that ids can be compared as strings.
 */

const CHECKS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The 18-character form; anything that is not a 15-character id is handed back. Vendor page: docs/remote-services/salesforce.md#ids */
export function toLongId(id: string): string {
  if (!/^[A-Za-z0-9]{15}$/.test(id)) return id;
  let suffix = '';
  for (let group = 0; group < 3; group += 1) {
    let bits = 0;
    for (let place = 0; place < 5; place += 1) {
      if (/[A-Z]/.test(id.charAt(group * 5 + place))) bits |= 1 << place;
    }
    suffix += CHECKS.charAt(bits);
  }
  return id + suffix;
}

/** The user's id in an identity URL (`.../id/00D.../005...`), or null. */
export function userIdOf(identityUrl: string): string | null {
  const match = /\/id\/[A-Za-z0-9]{15,18}\/([A-Za-z0-9]{15,18})$/.exec(identityUrl);
  return match?.[1] === undefined ? null : toLongId(match[1]);
}
