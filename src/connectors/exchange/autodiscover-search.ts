/**
 * The legs of one Autodiscover search: asking with and without a credential, and remembering what was tried, redirected, refused and
 * untrusted. Where to look and what answers mean is not decided here.
 */
import type { Dispatcher } from 'undici';
import type { Clock, Random } from '../../model/clock.ts';
import { type Failure, RemoteFailure } from '../../model/failure.ts';
import { createHttp, type Fetch, type HttpResponse, NetworkError } from '../http.ts';
import type { LinkRules } from './ews-link.ts';
import { networkFailure, refuse } from './failures.ts';
import { createSignIn, type MakeDispatcher, type SignIn } from './sign-in.ts';

export interface DiscoverOptions {
  /** `user@domain` or `DOMAIN\user`. */
  readonly login: string;
  readonly password: string;
  /** The mailbox's address; needed where the login is none. */
  readonly address?: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** SRV look-up: targets in order of preference, empty where there are none. */
  readonly resolveSrv?: (
    name: string,
  ) => Promise<readonly { readonly host: string; readonly port: number }[]>;
  /** Rejects for a host that may not be contacted (`checkHost` bound to the operator's rules). */
  readonly checkHost?: (hostname: string) => Promise<void>;
  /**
   * Whether a host named by an unprotected answer (plain http, DNS) may be asked; Outlook asks the person here. Default: hosts of
   * the mail domain's own registered domain.
   */
  readonly confirmHost?: (hostname: string, mailDomain: string) => boolean;
  readonly rules?: LinkRules;
  readonly makeDispatcher?: MakeDispatcher;
  readonly signal?: AbortSignal;
}

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Search {
  readonly options: DiscoverOptions;
  /** What was asked already, so that servers that point at each other are asked once. */
  readonly tried: Set<string>;
  /** Sends without any credential; null where nobody answers. */
  ask(url: URL, question: Question): Promise<HttpResponse | null>;
  /** Sends with the credential once the host asks for it; null where nobody answers or the login is refused. */
  askSignedIn(url: URL, question: Question): Promise<HttpResponse | null>;
  /** False where the operator's rules forbid the host, or where its name does not resolve. */
  isAllowed(url: URL): Promise<boolean>;
  /** Rejects after the tenth redirect of whatever sort. */
  countRedirect(): void;
  /** Throws the most telling reason for having found nothing. */
  giveUp(): never;
  close(): Promise<void>;
}

const REDIRECTS_MAX = 10;
const DEADLINE_MS = 25_000;
const ANSWER_BYTES_MAX = 1024 * 1024;
/** One 401 may come from a web site; two are believed, and a third could lock the account. */
const REFUSALS_MAX = 2;

export function createSearch(options: DiscoverOptions): Search {
  const outcome: Outcome = { answered: new Set(), refused: new Set(), certificate: null };
  const tried = new Set<string>();
  const signIns = new Map<string, SignIn>();
  let redirects = 0;
  let dispatcher: Dispatcher | undefined;
  const http = createHttp({
    fetch: options.fetch,
    clock: options.clock,
    deadlineMs: DEADLINE_MS,
    bodyBytesMax: ANSWER_BYTES_MAX,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  /** One sign-in per host, so that a refused password is never sent to it twice. */
  const signInAt = (origin: string): SignIn => {
    const made =
      signIns.get(origin) ?? createSignIn({ ...options, http, credential: options, askFirst: true });
    signIns.set(origin, made);
    return made;
  };
  const isAllowed = async (url: URL): Promise<boolean> => {
    try {
      await options.checkHost?.(url.hostname);
      return true;
    } catch {
      options.signal?.throwIfAborted();
      return false;
    }
  };
  return {
    options,
    tried,
    isAllowed,
    async ask(url, question) {
      if (!(await isAllowed(url))) return null;
      dispatcher ??= options.makeDispatcher?.(1);
      const sockets = dispatcher === undefined ? {} : { dispatcher };
      return outcomeOf(outcome, null, () =>
        http.send({ ...question, ...sockets, url: url.href, operation: 'autodiscover' }),
      );
    },
    askSignedIn: (url, question) =>
      outcomeOf(outcome, url.origin, () =>
        signInAt(url.origin).send({ ...question, url: url.href, operation: 'autodiscover' }),
      ),
    countRedirect() {
      redirects += 1;
      if (redirects > REDIRECTS_MAX) refuse('mailbox.autodiscover-failed', 'TooManyRedirects');
    },
    giveUp: () => giveUp(outcome),
    async close() {
      await Promise.all([...signIns.values()].map((signIn) => signIn.close()));
      await dispatcher?.destroy().catch(() => undefined);
    },
  };
}

/** Hosts that behaved as an Autodiscover service, those of them that refused the login, and the first bad certificate. */
interface Outcome {
  readonly answered: Set<string>;
  readonly refused: Set<string>;
  certificate: Failure | null;
}

/** A wrong password is told only when every service that answered said so; then a certificate that nobody trusts. */
function giveUp(outcome: Outcome): never {
  if (outcome.refused.size > 0 && outcome.answered.size === 0)
    refuse('mailbox.credentials-rejected', 'HTTP 401');
  if (outcome.certificate !== null) throw new RemoteFailure(outcome.certificate);
  return refuse('mailbox.autodiscover-failed', 'NoCandidateAnswered');
}

/** `origin`: the host whose answer tells something about the login; null where none was shown to it. */
async function outcomeOf(
  outcome: Outcome,
  origin: string | null,
  send: () => Promise<HttpResponse>,
): Promise<HttpResponse | null> {
  try {
    const response = await send();
    if (origin !== null && response.status === 200 && isXml(response)) outcome.answered.add(origin);
    return response;
  } catch (error) {
    if (error instanceof NetworkError) {
      if (error.kind === 'certificate') outcome.certificate ??= networkFailure(error);
      return null;
    }
    if (!(error instanceof RemoteFailure)) throw error;
    if (origin !== null && error.failure.kind === 'credentials-rejected') outcome.refused.add(origin);
    if (outcome.refused.size >= REFUSALS_MAX && outcome.answered.size === 0) giveUp(outcome);
    return null;
  }
}

/** A page that answers everybody is no Autodiscover service. */
const isXml = (response: HttpResponse): boolean =>
  /\bxml\b/i.test((response.header('content-type') ?? '').replace(/xhtml\+xml/i, ''));
