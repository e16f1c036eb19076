/**
 * The SOAP 1.1 forms of Exchange's answers: envelope with ServerVersionInfo, response messages, faults.
 * It writes what operations hand it and decides nothing.
 */
import { type ErrorDetail, errorText, type ServiceError } from './errors.ts';
import { element, textElement } from './xml-writer.ts';

export const TYPES_NAMESPACE = 'http://schemas.microsoft.com/exchange/services/2006/types';
export const MESSAGES_NAMESPACE = 'http://schemas.microsoft.com/exchange/services/2006/messages';
export const SOAP_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';
const ERRORS_NAMESPACE = 'http://schemas.microsoft.com/exchange/services/2006/errors';
const XML_HEADER = '<?xml version="1.0" encoding="utf-8"?>';

/** The build a server calls itself, e.g. 15.2.2562.17 with schema version V2017_07_11. */
export interface ServerBuild {
  major: number;
  minor: number;
  build: number;
  revision: number;
  schema: string;
}

/** A whole answer around a response element. */
export function writeEnvelope(body: string, build: ServerBuild): string {
  const version = element('h:ServerVersionInfo', {
    MajorVersion: build.major,
    MinorVersion: build.minor,
    MajorBuildNumber: build.build,
    MinorBuildNumber: build.revision,
    Version: build.schema,
    'xmlns:h': TYPES_NAMESPACE,
  });
  return `${XML_HEADER}<s:Envelope xmlns:s="${SOAP_NAMESPACE}"><s:Header>${version}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}

/** A fault, which Exchange sends with HTTP 500 and no ServerVersionInfo. */
export function writeFault(error: ServiceError): string {
  const code = element('faultcode', { 'xmlns:a': TYPES_NAMESPACE }, `a:${error.code}`);
  const text = `<faultstring xml:lang="en-US">${textOf(error.message)}</faultstring>`;
  const detail = [
    element('e:ResponseCode', { 'xmlns:e': ERRORS_NAMESPACE }, error.code),
    element('e:Message', { 'xmlns:e': ERRORS_NAMESPACE }, textOf(errorText(error.code))),
    writeFaultDetail(error.detail),
  ].join('');
  return `${XML_HEADER}<s:Envelope xmlns:s="${SOAP_NAMESPACE}"><s:Body><s:Fault>${code}${text}<detail>${detail}</detail></s:Fault></s:Body></s:Envelope>`;
}

function textOf(text: string): string {
  return textElement('x', text).slice(3, -4);
}

function writeFaultDetail(detail: ErrorDetail): string {
  const content = writeDetail(detail);
  return content === '' ? '' : element('t:MessageXml', { 'xmlns:t': TYPES_NAMESPACE }, content);
}

function writeDetail(detail: ErrorDetail): string {
  const parts: string[] = [];
  if (detail.fieldUri !== undefined) parts.push(element('t:FieldURI', { FieldURI: detail.fieldUri }));
  if (detail.violation !== undefined) {
    parts.push(textElement('t:LineNumber', 1), textElement('t:LinePosition', 1));
    parts.push(textElement('t:Violation', detail.violation));
  }
  if (detail.backOffMs !== undefined) {
    parts.push(element('t:Value', { Name: 'BackOffMilliseconds' }, String(Math.ceil(detail.backOffMs))));
  }
  return parts.join('');
}

/** `<m:XResponse>` around its response messages. */
export function writeResponse(operation: string, messages: readonly string[]): string {
  const namespaces = { 'xmlns:m': MESSAGES_NAMESPACE, 'xmlns:t': TYPES_NAMESPACE };
  return element(`m:${operation}Response`, namespaces, element('m:ResponseMessages', {}, ...messages));
}

/** One successful response message around its own content. */
export function writeSuccess(operation: string, content: string): string {
  return `<m:${operation}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>${content}</m:${operation}ResponseMessage>`;
}

/** One failed response message; `content` is what the schema still wants there (an empty `m:Items`, ...). */
export function writeError(operation: string, error: ServiceError, content: string): string {
  const detail = writeDetail(error.detail);
  const resultClass = error.code === 'ErrorBatchProcessingStopped' ? 'Warning' : 'Error';
  return element(
    `m:${operation}ResponseMessage`,
    { ResponseClass: resultClass },
    textElement('m:MessageText', error.message),
    textElement('m:ResponseCode', error.code),
    textElement('m:DescriptiveLinkKey', 0),
    detail === '' ? '' : element('m:MessageXml', {}, detail),
    content,
  );
}
