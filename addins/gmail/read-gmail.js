/**
 * What Gmail's page tells: whose account it is, and which mail is open. Nobody promises its structure, so several places are tried, and what is not
 * found is null. Of a mail only its id and subject are read.
 */

const ADDRESS = /[^\s@()<>,;:"]+@[^\s@()<>,;:"]+\.[^\s@()<>,;:"]+/;

/**
 * The account's address, lower case: from the account button, else from the title, which ends with "- address - product".
 *
 * @param {Document} page
 * @returns {string | null}
 */
// biome-ignore lint/correctness/noUnusedVariables: content.js calls it
function readAccount(page) {
  const buttons = page.querySelectorAll(
    'a[aria-label*="@"][href*="accounts.google.com"], a[aria-label*="@"][role="button"]',
  );
  for (const button of buttons) {
    const found = ADDRESS.exec(button.getAttribute('aria-label') ?? '');
    if (found !== null) return found[0].toLowerCase();
  }
  const parts = page.title.split(' - ').reverse();
  for (const part of parts.slice(0, 3)) if (ADDRESS.test(part.trim())) return part.trim().toLowerCase();
  return null;
}

/**
 * The mail that is open: the last one of the thread that is unfolded, for that is the one being read.
 *
 * @param {Document} page
 * @returns {{ itemId: string, subject: string } | null}
 */
// biome-ignore lint/correctness/noUnusedVariables: content.js calls it
function readOpenMail(page) {
  const seen = [...page.querySelectorAll('[data-legacy-message-id], [data-message-id]')].filter(
    (part) => part instanceof HTMLElement && part.offsetParent !== null && isInThread(part),
  );
  const id = seen.map(idOf).findLast((found) => found !== null) ?? null;
  if (id === null) return null;
  const heading = page.querySelector('[data-thread-perm-id], h2[data-legacy-thread-id]');
  return { itemId: id, subject: (heading?.textContent ?? '').trim().slice(0, 998) };
}

/**
 * Lists carry ids too, of threads that are not open.
 *
 * @param {Element} part
 */
function isInThread(part) {
  return part.closest('[role="main"]') !== null && part.closest('tr[role="row"]') === null;
}

/**
 * The API's id: 16 hexadecimal digits. The newer attribute holds it in decimal behind `msg-f:`; ids of drafts have another form.
 *
 * @param {Element} part
 * @returns {string | null}
 */
function idOf(part) {
  const legacy = part.getAttribute('data-legacy-message-id') ?? '';
  if (/^[0-9a-f]{10,20}$/.test(legacy)) return legacy;
  const decimal = /^#?msg-f:(\d{10,20})$/.exec(part.getAttribute('data-message-id') ?? '')?.[1];
  return decimal === undefined ? null : BigInt(decimal).toString(16);
}
