/**
 * Verdicts: why an item is or is not saved. Every item that a run examines ends in exactly one code, which is API value, docs
 * anchor and test name at once. The texts are for *Why?* and for the lists of what was skipped.
 */

/** Saved or already there. */
export type SavedCode = 'saved.created' | 'saved.found' | 'saved.linked';
/** Left out by a rule. */
export type SkipCode =
  | 'skipped.draft'
  | 'skipped.not-a-mail'
  | 'skipped.meeting-message'
  | 'skipped.report'
  | 'skipped.encrypted'
  | 'skipped.private'
  | 'skipped.before-window'
  | 'skipped.while-paused'
  | 'skipped.place-not-saved'
  | 'skipped.auto-save-off'
  | 'skipped.no-participants'
  | 'skipped.internal-participants'
  | 'skipped.blocklisted'
  | 'skipped.no-match'
  | 'skipped.removed';
/** Waits: an issue holds it, or the next run takes it. */
export type WaitCode = 'parked.issue';

export type VerdictCode = SavedCode | SkipCode | WaitCode;

export const verdictTexts: Readonly<Record<VerdictCode, string>> = {
  'saved.created': 'Saved to Salesforce.',
  'saved.found': 'Was in Salesforce already and is linked to that record.',
  'saved.linked':
    "The same mail was saved already (another copy or a colleague's mailbox) and is linked to that record.",
  'skipped.draft': 'Drafts are not saved.',
  'skipped.not-a-mail': 'This is not an e-mail.',
  'skipped.meeting-message':
    'Invitations and answers to them are not saved as e-mail; the meeting itself is an event.',
  'skipped.report': 'Bounces and receipts are not saved.',
  'skipped.encrypted': 'The body is encrypted for its recipients; it is not saved.',
  'skipped.private': 'Marked private, personal or confidential; such mail is never saved by itself.',
  'skipped.before-window': 'Older than the history window chosen at activation.',
  'skipped.while-paused': 'Came while sync was paused, and that time was to be skipped.',
  'skipped.place-not-saved': 'Lies in a folder that is not saved from by itself.',
  'skipped.auto-save-off': 'Auto-save is switched off for this folder.',
  'skipped.no-participants': 'Names no sender or recipient that could be matched.',
  'skipped.internal-participants': 'Only people of your own organization take part.',
  'skipped.blocklisted': 'An address or domain on a blocklist.',
  'skipped.no-match': 'None of the outside addresses belongs to a contact or lead in Salesforce.',
  'skipped.removed':
    'Was saved and then taken back out of Salesforce. It comes back only when you save it by hand.',
  'parked.issue': 'Could not be saved; see the issue.',
};
