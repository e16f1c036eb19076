/**
 * The HTML pages of signing in with Google: account chooser, consent with a box for each scope, refusal. Plain forms
 * that also work without scripts.
 */

import { escapeHtml, renderPage } from '../shared/html-page.ts';
import { describeScope } from './scopes.ts';

/** Asks which account: those signed in in this browser as buttons, and a form for another. */
export function renderChooser(
  action: string,
  app: string,
  signedIn: readonly string[],
  hint: string,
  problem: string,
): Response {
  const buttons = signedIn
    .map(
      (email) =>
        `<li><button name="account" value="${escapeHtml(email)}" type="submit">${escapeHtml(email)}</button></li>`,
    )
    .join('');
  const chooser =
    signedIn.length === 0 ? '' : `<ul id="accounts">${buttons}</ul><h2>Use another account</h2>`;
  return page(
    200,
    signedIn.length === 0 ? 'Sign in' : 'Choose an account',
    `<p>to continue to ${escapeHtml(app)}</p>
${problem === '' ? '' : `<p id="error" role="alert">${escapeHtml(problem)}</p>`}
${chooser === '' ? '' : `<form method="post" action="${escapeHtml(action)}">${chooser}</form>`}
<form method="post" action="${escapeHtml(action)}">
  <p><label for="identifierId">Email</label><br><input id="identifierId" name="email" type="email" autocomplete="username" value="${escapeHtml(hint)}" required></p>
  <p><label for="password">Password</label><br><input id="password" name="password" type="password" autocomplete="current-password" required></p>
  <p><button id="next" type="submit">Next</button></p>
</form>`,
  );
}

/** What the consent page is made from. `tickable` scopes get a box, `fixed` ones a line. */
export interface ConsentPage {
  action: string;
  app: string;
  email: string;
  fixed: readonly string[];
  tickable: readonly string[];
}

/** Asks whether the app may have what it asks for. Boxes start unticked, as Google's do. */
export function renderConsent(consent: ConsentPage): Response {
  const boxes = consent.tickable
    .map(
      (scope, index) =>
        `<li><label><input type="checkbox" id="scope-${index}" name="granted" value="${escapeHtml(scope)}"> ${escapeHtml(describeScope(scope))}</label></li>`,
    )
    .join('');
  const lines = consent.fixed.map((scope) => `<li>${escapeHtml(describeScope(scope))}</li>`).join('');
  const all =
    consent.tickable.length > 1
      ? '<p><label><input type="checkbox" id="select-all" name="granted" value="all"> Select all</label></p>'
      : '';
  return page(
    200,
    `${consent.app} wants access to your Google Account`,
    `<p>${escapeHtml(consent.email)}</p>
<form method="post" action="${escapeHtml(consent.action)}">
  <input type="hidden" name="account" value="${escapeHtml(consent.email)}">
  <p>${consent.tickable.length === 0 ? 'This will allow the app to:' : `Select what ${escapeHtml(consent.app)} can access`}</p>
  <ul>${lines}</ul>
  ${all}
  <ul>${boxes}</ul>
  <p><button id="submit_deny_access" name="decision" value="deny" type="submit">Cancel</button>
  <button id="submit_approve_access" name="decision" value="allow" type="submit">Continue</button></p>
</form>`,
  );
}

/** A refusal that Google shows instead of sending the browser back: `Error 400: redirect_uri_mismatch`. */
export function renderRefusal(status: number, code: string, text: string): Response {
  return page(
    status,
    'Access blocked: Authorization Error',
    `<p>${escapeHtml(text)}</p>
<p id="error">Error ${status}: ${escapeHtml(code)}</p>`,
  );
}

function page(status: number, title: string, body: string): Response {
  return renderPage(status, 'Google', title, `<h1>${escapeHtml(title)}</h1>\n${body}`);
}
