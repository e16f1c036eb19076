/**
 * The HTML pages of Entra ID: sign-in, account picker, consent, *Need admin approval*, errors. Plain forms that also
 * work without a script; element ids are those of the real pages.
 */

import { escapeHtml, renderPage } from '../shared/html-page.ts';

/** Asks for address and password; posts back to where it was shown. */
export function renderSignIn(action: string, hint: string, problem: string): Response {
  return page(
    200,
    'Sign in to your account',
    `<h1>Sign in</h1>
<form method="post" action="${escapeHtml(action)}">
  ${problem === '' ? '' : `<p id="passwordError" role="alert">${escapeHtml(problem)}</p>`}
  <p><label for="i0116">Email</label><br><input id="i0116" name="loginfmt" type="email" autocomplete="username" value="${escapeHtml(hint)}" required></p>
  <p><label for="i0118">Password</label><br><input id="i0118" name="passwd" type="password" autocomplete="current-password" required></p>
  <p><button id="idSIButton9" type="submit">Sign in</button></p>
</form>`,
  );
}

/** Lets a person who is signed in with several accounts, or may want another, choose one. */
export function renderAccounts(
  action: string,
  accounts: readonly { name: string; address: string }[],
): Response {
  const tiles = accounts
    .map(
      ({ name, address }) =>
        `<li><button name="account" value="${escapeHtml(address)}" type="submit">${escapeHtml(name)} (${escapeHtml(address)})</button></li>`,
    )
    .join('');
  return page(
    200,
    'Sign in to your account',
    `<h1>Pick an account</h1>
<form method="post" action="${escapeHtml(action)}"><ul>${tiles}</ul>
<button id="otherTile" name="account" value="other" type="submit">Use another account</button></form>`,
  );
}

/** Asks whether the application may have what it asks for. */
export function renderConsent(
  action: string,
  given: { app: string; address: string; scopes: readonly string[]; isAdmin: boolean; forTenant: boolean },
): Response {
  const items = given.scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('');
  const forAll =
    given.isAdmin && !given.forTenant
      ? '<p><label><input id="idChkBx_Consent" type="checkbox" name="for_tenant" value="1"> Consent on behalf of your organization</label></p>'
      : '';
  return page(
    200,
    'Permissions requested',
    `<p>${escapeHtml(given.address)}</p>
<h1>Permissions requested${given.forTenant ? ' <small>Review for your organization</small>' : ''}</h1>
<p><strong>${escapeHtml(given.app)}</strong> would like to:</p>
<ul>${items}</ul>
<form method="post" action="${escapeHtml(action)}">
  ${forAll}
  <button id="idBtn_Back" name="decision" value="cancel" type="submit" formnovalidate>Cancel</button>
  <button id="idBtn_Accept" name="decision" value="accept" type="submit">Accept</button>
</form>`,
  );
}

/** Tells a person that only an administrator can consent; *Return to the application* goes back with the refusal. */
export function renderNeedApproval(action: string, app: string, number: number): Response {
  const asking =
    number === 90095
      ? '<p><label for="reason">Enter justification for requesting this app</label><br><textarea id="reason" name="reason"></textarea></p><button name="decision" value="request" type="submit">Request approval</button>'
      : '';
  return page(
    200,
    number === 90095 ? 'Approval required' : 'Need admin approval',
    `<h1>${number === 90095 ? 'Approval required' : 'Need admin approval'}</h1>
<p><strong>${escapeHtml(app)}</strong> needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.</p>
<form method="post" action="${escapeHtml(action)}">${asking}
<p><button name="account" value="other" type="submit">Have an admin account? Sign in with that account</button></p>
<p><button id="cancelLink" name="decision" value="cancel" type="submit">Return to the application without granting consent</button></p></form>`,
  );
}

/** A refusal that is not sent to the application. */
export function renderRefusal(description: string): Response {
  return page(
    400,
    'Sign in to your account',
    `<h1>Sorry, but we’re having trouble signing you in.</h1><p id="exceptionMessageContainer" role="alert">${escapeHtml(description)}</p>`,
  );
}

export function renderSignedOut(): Response {
  return page(200, 'Sign out', '<h1>You signed out of your account</h1>');
}

/** A form that posts itself to the application (`response_mode=form_post`). */
export function renderFormPost(target: string, fields: Record<string, string>): Response {
  const inputs = Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('');
  return page(
    200,
    'Working...',
    `<form method="post" name="hiddenform" action="${escapeHtml(target)}">${inputs}<button type="submit">Continue</button></form>`,
  );
}

function page(status: number, title: string, body: string): Response {
  return renderPage(status, 'Microsoft', title, body);
}
