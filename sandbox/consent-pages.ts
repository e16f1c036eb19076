/**
 * A person without a browser at the sign-in and consent pages of the simulated Microsoft and Google: reads each page, fills its form, presses a
 * button, keeps cookies, until the browser would be back at the product. It knows the pages' words and nothing of the product.
 */
import { type FormField, type PageForm, readForms, readTitle } from './page-forms.ts';

export interface ConsentManner {
  readonly account: string;
  readonly password: string;
  /** `accept` unless told; `decline` presses Cancel, and goes back from *Need admin approval*. */
  readonly decision?: 'accept' | 'decline';
  /** Boxes whose value contains this stay unticked. */
  readonly untick?: string;
}

const PAGES_MAX = 10;
const ACCEPTING = ['accept', 'allow'];
const DECLINING = ['cancel', 'deny'];

/**
 * From the authorization address to the first address that begins with `back`, which is returned and not asked for. Rejects when a page leads
 * no further, with its title.
 */
export async function passConsentPages(start: string, back: string, manner: ConsentManner): Promise<string> {
  let cookie = '';
  let url = start;
  let body: URLSearchParams | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: cookie === '' ? {} : { cookie },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    cookie = response.headers.getSetCookie().map((one) => one.split(';')[0])[0] ?? cookie;
    const location = response.headers.get('location');
    if (location !== null) {
      const next = new URL(location, url).href;
      if (next.startsWith(back)) return next;
      [url, body] = [next, undefined];
      continue;
    }
    const html = await response.text();
    const answer = answerPage(readForms(html), manner);
    if (answer === null)
      throw new Error(`the page "${readTitle(html)}" (${response.status}) leads no further`);
    url = new URL(answer.action, url).href;
    body = answer.body;
  }
  throw new Error(`no way back after ${PAGES_MAX} pages`);
}

interface PageAnswer {
  readonly action: string;
  readonly body: URLSearchParams;
}

/** What the person fills in, and which button is pressed; null where there is nothing to answer. */
function answerPage(forms: readonly PageForm[], manner: ConsentManner): PageAnswer | null {
  const has = (form: PageForm, type: string) => form.fields.some((field) => field.type === type);
  const signIn = forms.find((form) => has(form, 'password'));
  if (signIn !== undefined) return fill(signIn, manner, null);
  const form = forms.at(0);
  if (form === undefined) return null;
  const buttons = form.fields.filter((field) => field.kind === 'button');
  const wanted = manner.decision === 'decline' ? DECLINING : ACCEPTING;
  const button =
    buttons.find(({ name, value }) => name === 'decision' && wanted.includes(value)) ??
    buttons.find(({ name, value }) => name === 'account' && value === manner.account) ??
    // On *Need admin approval* there is nothing to accept, only a way back.
    buttons.find(({ name, value }) => name === 'decision' && DECLINING.includes(value)) ??
    buttons.find(({ name, value }) => name === 'account' && value === 'other');
  return button === undefined ? null : fill(form, manner, button);
}

function fill({ action, fields }: PageForm, manner: ConsentManner, button: FormField | null): PageAnswer {
  const body = new URLSearchParams();
  for (const { kind, type, name, value } of fields) {
    if (kind === 'button' || name === '') continue;
    if (type === 'email') body.append(name, manner.account);
    else if (type === 'password') body.append(name, manner.password);
    else if (type !== 'checkbox' || isTicked(value, manner)) body.append(name, value);
  }
  if (button !== null) body.append(button.name, button.value);
  return { action, body };
}

/** *Select all* would tick the one that is to stay unticked; consent for the whole organization is an administrator's own affair. */
function isTicked(value: string, { untick }: ConsentManner): boolean {
  if (value === '1') return false;
  return untick === undefined || (value !== 'all' && !value.includes(untick));
}
