/**
 * Verdicts: why an item is or is not saved. Every item that a run examines ends in exactly one code, which is API value, docs
 * anchor and test name at once. The texts are for *Why?* and for the lists of what was skipped.
 */

/** Saved or already there. */
export type SavedCode = 'saved.created' | 'saved.found' | 'saved.linked';
/** Kept in step both ways: what was done, or that nothing was to be done. */
export type SyncedCode =
  | 'synced.created-record'
  | 'synced.created-item'
  | 'synced.found'
  | 'synced.joined'
  | 'synced.updated-record'
  | 'synced.updated-item'
  | 'synced.updated-both'
  | 'synced.unchanged'
  | 'synced.removed-record'
  | 'synced.ended';
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
  | 'skipped.removed'
  | 'skipped.cancelled'
  | 'skipped.not-accepted'
  | 'skipped.beyond-window'
  | 'skipped.not-marked'
  | 'skipped.completed-long-ago'
  | 'skipped.direction-off'
  | 'skipped.not-yours'
  | 'skipped.born-in-mailbox'
  | 'skipped.not-plain'
  | 'skipped.twin'
  | 'skipped.ended';
/** Waits: an issue holds it, or the next run takes it. */
export type WaitCode = 'parked.issue' | 'held.removal';

export type VerdictCode = SavedCode | SyncedCode | SkipCode | WaitCode;

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
  'synced.created-record': 'Was made in Salesforce.',
  'synced.created-item': 'Was made in the mailbox.',
  'synced.found': 'Was in Salesforce already and is kept in step with that record.',
  'synced.joined': "A colleague's mailbox has this meeting in Salesforce already; you are added to it there.",
  'synced.updated-record': 'Changes of the mailbox were written to Salesforce.',
  'synced.updated-item': 'Changes of Salesforce were written to the mailbox.',
  'synced.updated-both': 'Each side got what the other had changed.',
  'synced.unchanged': 'Is the same on both sides.',
  'synced.removed-record': 'Was deleted in the mailbox, and therefore in Salesforce.',
  'synced.ended': 'Is no longer kept in step: one of the two is gone, and the other one stays as it is.',
  'skipped.cancelled': 'The meeting was cancelled.',
  'skipped.not-accepted': 'Only meetings that you made, accepted or tentatively accepted are kept in step.',
  'skipped.beyond-window': 'Lies further ahead than events are kept in step; its time will come.',
  'skipped.not-marked':
    'Personal contacts stay personal: only those in the folder or label "Salesforce Contacts", or with the category "Salesforce", are kept in step.',
  'skipped.completed-long-ago': 'Was completed before the time that is looked at.',
  'skipped.direction-off': 'The way from Salesforce to the mailbox is switched off for this collection.',
  'skipped.not-yours': 'Belongs to somebody else in Salesforce.',
  'skipped.born-in-mailbox': 'Came from a mailbox, where it is no longer or not to be kept in step.',
  'skipped.not-plain': 'Salesforce made this record by itself: a copy, the head of a series, or an e-mail.',
  'skipped.twin': 'Another item of this mailbox is kept in step with the same record.',
  'skipped.ended': 'Was kept in step until one of the two was deleted; it does not come back by itself.',
  'held.removal': 'Was deleted in the mailbox; its deletion in Salesforce waits for your word.',
  'parked.issue': 'Could not be saved; see the issue.',
};
