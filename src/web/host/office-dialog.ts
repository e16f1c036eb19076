/** Names that the Outlook pages and the page at the end of a sign-in share. */

/** The document that Office.js opens as a dialog, and that speaks to it at the end. */
export const OFFICE_DIALOG = '/outlook-dialog.html';

/** In the window's own session storage: set where Office opened this window, so that the end goes back through Office.js. */
export const OPENED_BY_OFFICE = 'lockstep.opened-by-office';
