/**
 * The simulated server's HTTP face: paths, authentication, faults of the transport, throttling, the SOAP endpoint and
 * the web pages beside it. What a request means is left to dispatch.ts and autodiscover.ts.
 */
import { type CallContext, DroppedConnection, type Handler } from '../shared/connection.ts';
import type { FaultEffect, StandingFault } from '../shared/faults.ts';
import type { Account } from './accounts.ts';
import type { Authentication } from './authentication.ts';
import { autodiscoverForm } from './autodiscover.ts';
import { answerJson } from './autodiscover-json.ts';
import { answerPox } from './autodiscover-pox.ts';
import { answerSoapAutodiscover } from './autodiscover-soap.ts';
import { busy } from './batch.ts';
import { answerSoap, chargedTo, type ReadRequest, readRequest, type SoapAnswer } from './dispatch.ts';
import { SoapFault } from './errors.ts';
import type { Stream } from './operations/streaming.ts';
import { writeFault } from './wire.ts';
import type { World } from './world.ts';

const XML_TYPE = 'text/xml; charset=utf-8';

/** Parts the HTTP face is put together from. */
export interface HttpParts {
  world: World;
  authentication: Authentication;
  control: (request: Request) => Promise<Response | undefined>;
}

/** The whole server as one handler. */
export function createHandler(parts: HttpParts): Handler {
  return async (request, context) => {
    const controlled = await parts.control(request);
    if (controlled !== undefined) return controlled;
    const url = new URL(request.url);
    const path = url.pathname.toLowerCase();
    if (path === '/ews/exchange.asmx') return answerEws(parts, request, context);
    const form = autodiscoverForm(parts.world, url);
    if (form !== undefined) return answerAutodiscover(parts, form, request, context);
    if (path.startsWith('/owa') || path === '/')
      return page(200, 'Outlook', '<form action="/owa/auth.owa"></form>');
    return page(404, '404 - File or directory not found.');
  };
}

async function answerAutodiscover(
  { world, authentication }: HttpParts,
  form: 'json' | 'soap' | 'pox',
  request: Request,
  context: CallContext,
): Promise<Response> {
  const url = new URL(request.url);
  const body = await request.text();
  const redirect = world.autodiscover.httpRedirectTo;
  const isPlainGet =
    request.method === 'GET' && url.protocol === 'http:' && !request.headers.has('authorization');
  let response: Response;
  if (form === 'pox' && redirect !== undefined && isPlainGet) {
    response = new Response(null, { status: 302, headers: { location: redirect } });
  } else if (form === 'json') {
    response = await struck(world, 'AutodiscoverJson', undefined, async () => answerJson(world, url));
  } else {
    const caller = authentication.authenticate(request, context);
    if (caller instanceof Response) response = caller;
    else if (request.method !== 'POST') response = page(form === 'pox' ? 405 : 200, 'Autodiscover');
    else {
      response = await struck(
        world,
        form === 'pox' ? 'AutodiscoverPox' : 'AutodiscoverSoap',
        caller.upn,
        async () => (form === 'pox' ? answerPox(world, body) : answerSoapAutodiscover(world, body)),
      );
    }
  }
  await record(world, `Autodiscover ${form}`, undefined, body, response);
  return response;
}

/** Runs `answer` under the faults set for an operation outside of SOAP. */
async function struck(
  world: World,
  operation: string,
  user: string | undefined,
  answer: () => Promise<Response>,
): Promise<Response> {
  const fault = world.faults.strike({ operation, user });
  if (fault === undefined) return answer();
  await wait(world, fault);
  if (fault.effect.kind === 'drop') throw new DroppedConnection();
  return transportFault(fault.effect) ?? answer();
}

async function answerEws(parts: HttpParts, request: Request, context: CallContext): Promise<Response> {
  const { world, authentication } = parts;
  const text = await request.text();
  const caller = authentication.authenticate(request, context);
  if (caller instanceof Response) {
    await record(world, 'Unauthenticated', undefined, text, caller);
    return caller;
  }
  if (request.method !== 'POST')
    return page(200, 'Service', 'You have created a service. <a href="Services.wsdl">WSDL</a>');
  const contentType = request.headers.get('content-type') ?? '';
  if (!/^text\/xml\b/i.test(contentType)) {
    return new Response(null, { status: 415, statusText: 'Unsupported Media Type' });
  }
  return answerCall(world, caller, text, request);
}

async function answerCall(world: World, caller: Account, text: string, request: Request): Promise<Response> {
  const read = readRequest(text);
  const user = chargedTo(read, caller);
  const running = (world.inFlight.get(user) ?? 0) + 1;
  world.inFlight.set(user, running);
  let status = 0;
  let code: string | undefined;
  let bytesOut = 0;
  try {
    const fault = world.faults.strike({ operation: read.operation, user }) ?? standingThrottle(world, user);
    await wait(world, fault);
    const transport = fault === undefined ? undefined : transportFault(fault.effect);
    if (fault?.effect.kind === 'drop') throw new DroppedConnection();
    if (transport !== undefined) {
      status = transport.status;
      return transport;
    }
    const answer = await soapAnswer(world, caller, read, fault, running);
    if (fault?.effect.kind === 'lostReply') throw new DroppedConnection();
    const observe = (response: string) => {
      const { operation } = read;
      world.observe?.({ operation, request: text, response, status: answer.status });
    };
    ({ status, code } = answer);
    if (answer.stream !== undefined) return streamResponse(answer.stream, observe);
    observe(answer.body);
    bytesOut = Buffer.byteLength(answer.body);
    return toResponse(answer, request);
  } finally {
    world.inFlight.set(user, (world.inFlight.get(user) ?? 1) - 1);
    const bytesIn = Buffer.byteLength(text);
    world.requests.record({
      operation: read.operation,
      user,
      status,
      code,
      bytesIn,
      bytesOut,
      at: world.now(),
    });
  }
}

async function soapAnswer(
  world: World,
  caller: Account,
  read: ReadRequest,
  fault: StandingFault | undefined,
  running: number,
): Promise<SoapAnswer> {
  if (running > world.concurrencyMax) {
    const error = new SoapFault('ErrorExceededConnectionCount');
    return { status: 500, body: writeFault(error), code: error.code };
  }
  return answerSoap(world, caller, read, fault);
}

/** An answer that stays open: each envelope goes out as it comes. */
function streamResponse({ parts, cancel }: Stream, observe: (envelope: string) => void): Response {
  const envelopes = parts[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await envelopes.next();
        if (done === true) return controller.close();
        observe(value);
        controller.enqueue(Buffer.from(value));
      },
      async cancel() {
        cancel();
        await envelopes.return?.();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    status: 200,
    headers: { 'content-type': XML_TYPE, 'cache-control': 'private', 'transfer-encoding': 'chunked' },
  });
}

function toResponse(answer: SoapAnswer, request: Request): Response {
  const headers = new Headers({
    'content-type': XML_TYPE,
    'cache-control': 'private',
    server: 'Microsoft-IIS/10.0',
  });
  if (request.headers.get('x-preferserveraffinity') === 'true') {
    headers.append('set-cookie', 'X-BackEndOverrideCookie=mail~1943749651; path=/; secure; HttpOnly');
  }
  const clientRequestId = request.headers.get('client-request-id');
  if (clientRequestId !== null && request.headers.get('return-client-request-id') === 'true') {
    headers.set('client-request-id', clientRequestId);
  }
  if (answer.body === '') return new Response(null, { status: answer.status, headers });
  return new Response(answer.body, { status: answer.status, headers });
}

/** A mailbox that was told to stay away is answered busy until its time is over; each call meanwhile is counted. */
function standingThrottle(world: World, user: string): StandingFault | undefined {
  const throttling = world.throttling.get(user);
  if (throttling === undefined) return undefined;
  const backOffMs = throttling.until - world.now();
  if (backOffMs <= 0) return undefined;
  throttling.callsMeanwhile += 1;
  const effect: FaultEffect = { kind: 'throttle', backOffMs, form: throttling.form };
  return { id: 'throttling', matched: 1, struck: 1, effect };
}

async function wait(world: World, fault: StandingFault | undefined): Promise<void> {
  if (fault?.delayMs !== undefined && fault.delayMs > 0) await world.wait(fault.delayMs);
}

/** The answer of a fault that the transport gives; undefined for those that the service gives in SOAP. */
function transportFault(effect: FaultEffect): Response | undefined {
  switch (effect.kind) {
    case 'garbage':
      return new Response('<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/env', {
        headers: { 'content-type': XML_TYPE },
      });
    case 'throttle':
      return effect.form === 'http'
        ? page(503, 'The service is unavailable.', '', retryAfter(effect.backOffMs))
        : undefined;
    case 'http':
      return httpFault(effect);
    default:
      return undefined;
  }
}

function retryAfter(durationMs: number): Record<string, string> {
  return { 'retry-after': String(Math.ceil(durationMs / 1000)) };
}

function httpFault(effect: Extract<FaultEffect, { kind: 'http' }>): Response {
  const headers = new Headers(effect.headers);
  if (effect.status === 302 && !headers.has('location')) {
    headers.set('location', '/owa/auth/logon.aspx?url=/EWS/Exchange.asmx&reason=0');
  }
  const put = (type: string, body: string | null) => {
    if (!headers.has('content-type') && body !== null) headers.set('content-type', type);
    return new Response(body, { status: effect.status, headers });
  };
  switch (effect.body ?? 'html') {
    case 'empty':
      return put('text/plain', null);
    case 'json':
      return put('application/json', '{"error":"simulated"}');
    case 'garbage':
      return put(XML_TYPE, '\u0000<<not xml');
    case 'service':
      return put(
        XML_TYPE,
        writeFault(effect.status === 503 ? busy(30_000) : new SoapFault('ErrorInternalServerError')),
      );
    default:
      return put('text/html', `<html><body><h1>${effect.status}</h1></body></html>`);
  }
}

function page(status: number, title: string, body = '', headers: Record<string, string> = {}): Response {
  return new Response(
    `<!DOCTYPE html><html><head><title>${title}</title></head><body>${body}</body></html>`,
    {
      status,
      headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
    },
  );
}

async function record(
  world: World,
  operation: string,
  user: string | undefined,
  body: string,
  response: Response,
) {
  const bytesOut = (await response.clone().arrayBuffer()).byteLength;
  const bytesIn = Buffer.byteLength(body);
  world.requests.record({ operation, user, status: response.status, bytesIn, bytesOut, at: world.now() });
}
