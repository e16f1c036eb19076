/**
 * The HTML pages of the authorization endpoint: login, consent and error. Plain forms that also work without a browser.
 */

import { escapeHtml, renderPage } from '../shared/html-page.ts';

/** The login form; it posts back to where it was shown. */
export function renderLogin(action: string, hint: string, problem: string): Response {
  return page(
    200,
    'Login | Salesforce (simulated)',
    `<form method="post" action="${escapeHtml(action)}">
  ${problem === '' ? '' : `<p id="error" role="alert">${escapeHtml(problem)}</p>`}
  <p><label for="username">Username</label><br><input id="username" name="username" type="email" autocomplete="username" value="${escapeHtml(hint)}" required></p>
  <p><label for="password">Password</label><br><input id="password" name="pw" type="password" autocomplete="current-password" required></p>
  <p><button id="Login" type="submit">Log In</button></p>
</form>`,
  );
}

/** Asks whether the app may have what it asks for. */
export function renderConsent(
  action: string,
  app: string,
  username: string,
  scopes: readonly string[],
): Response {
  const items = scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('');
  return page(
    200,
    'Allow Access? | Salesforce (simulated)',
    `<h2>Allow Access?</h2>
<p>${escapeHtml(app)} is asking to:</p>
<ul>${items}</ul>
<p>Do you want to allow access for ${escapeHtml(username)}?</p>
<form method="post" action="${escapeHtml(action)}">
  <button id="oaapprove" name="decision" value="allow" type="submit">Allow</button>
  <button id="oadeny" name="decision" value="deny" type="submit">Deny</button>
</form>`,
  );
}

/** A refusal that must not be sent to the redirect address. */
export function renderOAuthError(code: string, description: string): Response {
  return page(
    400,
    'OAuth Error | Salesforce (simulated)',
    `<h2>OAuth Error</h2>
<p>We can't authorize you because of an OAuth error. For more information, contact your Salesforce administrator.</p>
<p id="error">error=${escapeHtml(code)}&amp;error_description=${escapeHtml(description)}</p>`,
  );
}

function page(status: number, title: string, body: string): Response {
  return renderPage(status, 'salesforce', title, body);
}
