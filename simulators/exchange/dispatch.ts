/**
 * From the text of one SOAP request to the text of its answer: envelope, version, impersonation, schema, faults that
 * were set, throttling, then the operation. It knows neither HTTP headers nor who may log in.
 */
import type { StandingFault } from '../shared/faults.ts';
import { findImpersonated } from './access.ts';
import type { Account } from './accounts.ts';
import { busy } from './batch.ts';
import { ServiceError, SoapFault, schemaViolation } from './errors.ts';
import type { Mailbox } from './mailbox.ts';
import { OPERATIONS, STREAMS } from './operations/operations.ts';
import type { Stream } from './operations/streaming.ts';
import { checkRequest } from './request-schema.ts';
import { SOAP_NAMESPACE, writeEnvelope, writeFault } from './wire.ts';
import type { Call, World } from './world.ts';
import { child, descend, parseXml, type XmlNode } from './xml-tree.ts';
import { contextZone } from './zones/zone-xml.ts';

/** A request read so far that faults can be matched with it. `root` is undefined when it is not XML at all. */
export interface ReadRequest {
  operation: string;
  root: XmlNode | undefined;
  request: XmlNode | undefined;
}

export interface SoapAnswer {
  status: number;
  body: string;
  code: string | undefined;
  /** Envelopes that follow, where the answer goes on; then `body` is empty. */
  stream?: Stream;
}

/** Reads an envelope without judging it. */
export function readRequest(text: string): ReadRequest {
  try {
    const root = parseXml(text);
    const request = child(root, 'Body')?.children[0];
    return { operation: request?.name ?? 'Unreadable', root, request };
  } catch {
    return { operation: 'Unreadable', root: undefined, request: undefined };
  }
}

/** The address whose budget a request is charged to: the impersonated mailbox's, else the caller's. */
export function chargedTo(read: ReadRequest, caller: Account): string {
  const sid = descend(read.root, 'Header', 'ExchangeImpersonation', 'ConnectingSID');
  return (sid?.children[0]?.text.trim() ?? caller.mailbox?.address ?? caller.upn).toLowerCase();
}

/** Answers a request. Never throws for anything a client can send. */
export async function answerSoap(
  world: World,
  caller: Account,
  read: ReadRequest,
  fault: StandingFault | undefined,
): Promise<SoapAnswer> {
  if (read.root === undefined) return { status: 400, body: '', code: undefined };
  try {
    const result = await runOperation(world, caller, read, read.root, fault);
    if (typeof result === 'string') {
      return { status: 200, body: writeEnvelope(result, world.build), code: undefined };
    }
    return { status: 200, body: '', code: undefined, stream: inEnvelopes(world, result) };
  } catch (error) {
    const known = error instanceof ServiceError ? error : new SoapFault('ErrorInternalServerError');
    if (!(error instanceof ServiceError)) console.error('exchange simulator failed:', error);
    return { status: 500, body: writeFault(known), code: known.code };
  }
}

async function runOperation(
  world: World,
  caller: Account,
  read: ReadRequest,
  root: XmlNode,
  fault: StandingFault | undefined,
): Promise<string | Stream> {
  if (root.name !== 'Envelope' || root.namespace !== SOAP_NAMESPACE || read.request === undefined) {
    throw schemaViolation('The root element is not a SOAP 1.1 envelope with a body.');
  }
  const header = child(root, 'Header');
  checkVersion(world, header);
  const impersonation = child(header, 'ExchangeImpersonation');
  const mailbox: Mailbox | undefined =
    impersonation === undefined ? caller.mailbox : findImpersonated({ world, caller }, impersonation);
  if (caller.state === 'mailboxDisabled') throw new SoapFault('ErrorAccountDisabled');
  throwFault(fault);
  checkRequest(read.request);
  const operation = OPERATIONS.get(read.operation);
  const stream = STREAMS.get(read.operation);
  if (operation === undefined && stream === undefined) {
    throw new SoapFault('ErrorInvalidRequest', `The operation '${read.operation}' is not known here.`);
  }
  const isImpersonated = impersonation !== undefined;
  const call: Call = {
    world,
    operation: read.operation,
    caller,
    mailbox,
    isImpersonated,
    zone: contextZone(header),
    request: read.request,
    fault,
  };
  if (stream !== undefined) return stream(call);
  return operation === undefined ? '' : operation(call);
}

function inEnvelopes(world: World, { parts, cancel }: Stream): Stream {
  async function* write() {
    for await (const part of parts) yield writeEnvelope(part, world.build);
  }
  return { parts: write(), cancel };
}

function checkVersion(world: World, header: XmlNode | undefined): void {
  const version = child(header, 'RequestServerVersion')?.attributes.Version;
  if (version !== undefined && !world.versions.has(version)) throw new SoapFault('ErrorInvalidServerVersion');
}

/** Throws a fault set in the form of a SOAP fault; other forms are given by the batch or by HTTP. */
function throwFault(fault: StandingFault | undefined): void {
  const effect = fault?.effect;
  if (effect?.kind === 'service' && effect.form !== 'message')
    throw new SoapFault(effect.code, effect.message);
  if (effect?.kind === 'throttle' && (effect.form ?? 'fault') === 'fault') throw busy(effect.backOffMs);
}
