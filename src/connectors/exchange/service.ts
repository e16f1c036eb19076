/**
 * Exchange as a mail service that can be prepared and opened: from the activation form to a link that is allowed and proven to be Exchange, and
 * from a stored connection to a connector. What goes over the wire is the business of the files beside it.
 */
import { resolveSrv } from 'node:dns/promises';
import { z } from 'zod';
import type { Clock, Random } from '../../model/clock.ts';
import type { MailService } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { HintAbility } from '../../model/hints.ts';
import { createAgent, type Fetch } from '../http.ts';
import { withBackoffMail } from '../with-backoff.ts';
import { discoverExchange } from './autodiscover.ts';
import { createExchangeConnector } from './connector.ts';
import { checkHost, connectingLookup, normaliseEwsLink, type Resolve, refuseInnerHost } from './ews-link.ts';
import type { MakeDispatcher } from './sign-in.ts';
import { streamHints } from './streaming.ts';

export interface ExchangeServiceOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** Hosts and ranges that may lie inside the network (EWS_ALLOWED_HOSTS). */
  readonly allowedHosts: readonly string[];
  readonly extraCa: readonly string[];
  readonly resolve: Resolve;
  /** Lets plain http through to this machine: for the sandbox and tests. */
  readonly allowLoopbackHttp: boolean;
  /** False where `fetch` opens no sockets of its own (simulators in process). */
  readonly opensSockets: boolean;
  /** Whether connections may be held open for hints (EWS_STREAMING). */
  readonly streaming: boolean;
}

const UNPROVEN_ATTEMPTS_MAX = 2;
/** Connections held open for hints by one process: a socket and some kilobytes each. */
const STREAMS_MAX = 500;

const formSchema = z.object({
  login: z.string(),
  password: z.string(),
  address: z.string().optional(),
  ewsUrl: z.string().optional(),
});
const credentialSchema = z.object({ login: z.string(), password: z.string() });
const settingsSchema = z.object({ ewsUrl: z.string() });

/** The service `exchange` of the registry. */
export function createExchangeService(options: ExchangeServiceOptions): MailService {
  const { fetch, clock, random } = options;
  const rules = { allowLoopbackHttp: options.allowLoopbackHttp };
  const hostRules = { allowedHosts: options.allowedHosts };
  const guard = { lookup: connectingLookup(hostRules), refuse: refuseInnerHost(hostRules) };
  const makeDispatcher = (connections: number) =>
    createAgent({ extraCa: options.extraCa, connections, ...guard });
  const sockets = options.opensSockets ? { makeDispatcher } : {};
  return {
    service: 'exchange',
    displayName: 'Exchange',
    consent: null,
    hints: createHints(options, sockets),
    async prepare(form, signal) {
      const { login, password, address, ewsUrl } = formSchema.parse(form);
      const link = (ewsUrl ?? '').trim();
      const check = (host: string) => checkHost(host, hostRules, options.resolve);
      if (link !== '') {
        const url = normaliseEwsLink(link, rules);
        await check(new URL(url).hostname).catch(unresolved);
        return { account: login, credential: { login, password }, settings: { ewsUrl: url } };
      }
      const found = await discoverExchange({
        login,
        password,
        ...(address === undefined || address === '' ? {} : { address }),
        fetch,
        clock,
        random,
        resolveSrv: lookUpSrv,
        checkHost: check,
        rules,
        ...sockets,
        signal: signal as AbortSignal,
      });
      return { account: login, credential: { login, password }, settings: { ewsUrl: found.ewsUrl } };
    },
    open(connection, { signal, unproven = false }) {
      const connector = createExchangeConnector({
        ewsUrl: settingsSchema.parse(connection.settings).ewsUrl,
        credential: credentialSchema.parse(connection.credential),
        fetch,
        clock,
        random,
        signal: signal as AbortSignal,
        askFirst: unproven,
        ...sockets,
      });
      // Somebody waits at the dialog: trouble is told after one more attempt.
      const patience = unproven ? { attemptsMax: UNPROVEN_ATTEMPTS_MAX } : {};
      return withBackoffMail(connector, { clock, random, signal, ...patience });
    },
  };
}

/** Streaming, where the operator allows it. */
function createHints(
  { fetch, clock, random, streaming }: ExchangeServiceOptions,
  sockets: { readonly makeDispatcher?: MakeDispatcher },
): HintAbility {
  if (!streaming)
    return {
      able: false,
      reason: 'Exchange tells over a connection per mailbox that is held open; EWS_STREAMING=on allows that.',
    };
  return {
    able: true,
    hints: {
      way: 'streamed',
      streamsMax: STREAMS_MAX,
      stream: ({ connection, opening, address }, onHint) =>
        streamHints(
          {
            ewsUrl: settingsSchema.parse(connection.settings).ewsUrl,
            credential: credentialSchema.parse(connection.credential),
            address,
            fetch,
            clock,
            random,
            signal: opening.signal as AbortSignal,
            ...sockets,
          },
          onHint,
        ),
    },
  };
}

/** A name that does not resolve is a server that cannot be reached, not a fault of ours. */
function unresolved(error: unknown): never {
  if (error instanceof RemoteFailure) throw error;
  throw new RemoteFailure(failure('mailbox.unreachable', { vendorCode: 'ENOTFOUND' }), error);
}

async function lookUpSrv(name: string): Promise<readonly { readonly host: string; readonly port: number }[]> {
  const records = await resolveSrv(name).catch(() => []);
  return records
    .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
    .map((record) => ({ host: record.name, port: record.port }));
}
