/**
 * What Autodiscover tells whom, common to its three forms (JSON v2, SOAP, POX): settings, redirects of all kinds,
 * forms switched off. How each form is written is in the files autodiscover-*.ts.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/autodiscover-for-exchange
 */
import { findMailbox } from './accounts.ts';
import type { World } from './world.ts';
import { descend, parseXml, type XmlNode } from './xml-tree.ts';

/** What an address is told. `office365` names Microsoft's cloud; redirects may lead anywhere, also to themselves. */
export type AutodiscoverAnswer =
  | { kind: 'settings'; ewsUrl?: string }
  | { kind: 'redirectAddr'; address: string }
  | { kind: 'redirectUrl'; url: string }
  | { kind: 'office365' };

export interface AutodiscoverSettings {
  json: boolean;
  soap: boolean;
  pox: boolean;
  /** Hosts it answers on; every host when absent. Others get 404. */
  hosts?: string[];
  /** Where a plain http GET without credentials is sent (302). */
  httpRedirectTo?: string;
  answer: AutodiscoverAnswer;
  /** Answers for single addresses, lower case. */
  answers: Map<string, AutodiscoverAnswer>;
}

const OFFICE365_URL = 'https://outlook.office365.com/EWS/Exchange.asmx';

export function createAutodiscoverSettings(given: Partial<AutodiscoverSettings> = {}): AutodiscoverSettings {
  return { json: true, soap: true, pox: true, answer: { kind: 'settings' }, answers: new Map(), ...given };
}

/** The form a path asks for; undefined when it is none of Autodiscover's or that form is off or the host is foreign. */
export function autodiscoverForm(world: World, url: URL): 'json' | 'soap' | 'pox' | undefined {
  const path = url.pathname.toLowerCase();
  const { hosts, json, soap, pox } = world.autodiscover;
  if (hosts !== undefined && !hosts.includes(url.hostname)) return undefined;
  if (json && path.startsWith('/autodiscover/autodiscover.json')) return 'json';
  if (soap && path === '/autodiscover/autodiscover.svc') return 'soap';
  return pox && path === '/autodiscover/autodiscover.xml' ? 'pox' : undefined;
}

/** What an address is told; undefined when nobody here has it. */
export function answerFor(world: World, address: string): AutodiscoverAnswer | undefined {
  const own = world.autodiscover.answers.get(address.toLowerCase());
  if (own !== undefined) return own;
  const { answer } = world.autodiscover;
  return answer.kind !== 'settings' || findMailbox(world.directory, address) !== undefined
    ? answer
    : undefined;
}

/** The EWS link an answer names. */
export function ewsUrl(world: World, answer: AutodiscoverAnswer): string {
  if (answer.kind === 'office365') return OFFICE365_URL;
  return (answer.kind === 'settings' ? answer.ewsUrl : undefined) ?? `${world.origin}/EWS/Exchange.asmx`;
}

/** The node at `path` of a request body; undefined when there is none or the body is no XML. */
export function readAt(body: string, ...path: string[]): XmlNode | undefined {
  try {
    return descend(parseXml(body), ...path);
  } catch {
    return undefined;
  }
}

/** An XML answer with the content type real servers give. */
export function xmlResponse(body: string): Response {
  return new Response(body, {
    headers: { 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'private' },
  });
}
