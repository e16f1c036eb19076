/**
 * SOAP 1.1 as Exchange speaks it: writes envelopes and reads answers as a stream, handing out each response message as soon as it is
 * complete, so that memory is bounded by one message and not by one answer. It knows no operation.
 */
import { SaxesParser } from 'saxes';

export const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types';
export const MESSAGES = 'http://schemas.microsoft.com/exchange/services/2006/messages';
const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';

export type ServerVersion = 'Exchange2013_SP1' | 'Exchange2010_SP2';

/** An element by its local name; namespaces are dropped, for EWS never uses one name in two of them within a parent. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlNode[];
  text: string;
}

/** The answer is not well-formed, too deep, or breaks off. The message names a place, never content. */
export class MalformedXml extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'MalformedXml';
  }
}

const DEPTH_MAX = 100;
const NODES_MAX = 2_000_000;

/** Escapes text for element content and attribute values, and leaves out what XML 1.0 cannot hold at all. */
export function escapeXml(text: string): string {
  return text
    .replace(ILLEGAL_CHARACTERS, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

export interface EnvelopeOptions {
  readonly version: ServerVersion;
  /** SMTP address of the mailbox that a service account acts for. */
  readonly impersonate?: string | undefined;
  /** Windows' name of the zone of the request, in which times are told and days begin (`TimeZoneContext`). */
  readonly timeZone?: string | undefined;
  /** The request element with prefixes `m:` (messages) and `t:` (types). */
  readonly body: string;
}

/** @see https://learn.microsoft.com/exchange/client-developer/web-service-reference/requestserverversion */
export function writeEnvelope(options: EnvelopeOptions): string {
  const impersonation =
    options.impersonate === undefined
      ? ''
      : '<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>' +
        `${escapeXml(options.impersonate)}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>`;
  const context =
    options.timeZone === undefined
      ? ''
      : `<t:TimeZoneContext><t:TimeZoneDefinition Id="${escapeXml(options.timeZone)}"/></t:TimeZoneContext>`;
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<soap:Envelope xmlns:soap="${ENVELOPE}" xmlns:t="${TYPES}" xmlns:m="${MESSAGES}">` +
    `<soap:Header><t:RequestServerVersion Version="${options.version}"/>${context}${impersonation}</soap:Header>` +
    `<soap:Body>${options.body}</soap:Body></soap:Envelope>`
  );
}

/**
 * Reads XML to a tree of local names. Elements directly below `handOut` go to `onElement` when they end and are not kept in the
 * tree. Characters that XML forbids are dropped: docs/remote-services/exchange.md#illegal-characters. Rejects with `MalformedXml`.
 */
export async function readXml(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  handOut?: { readonly below: string; readonly onElement: (element: XmlNode) => void },
): Promise<XmlNode> {
  const tree = growTree(handOut);
  const decoder = new TextDecoder('utf-8');
  const clean = createCleaner();
  for await (const chunk of chunks) tree.write(clean(decoder.decode(chunk, { stream: true }), false));
  tree.write(clean(decoder.decode(), true));
  return tree.end();
}

/** `readXml` of a short text that is held already. */
export function readXmlText(text: string): Promise<XmlNode> {
  return readXml([new TextEncoder().encode(text)]);
}

function growTree(handOut: Parameters<typeof readXml>[1]): { write(text: string): void; end(): XmlNode } {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  const stack: XmlNode[] = [];
  let root: XmlNode | null = null;
  let nodes = 0;
  parser.on('error', () => {
    throw new MalformedXml('not well-formed');
  });
  parser.on('opentag', (tag) => {
    nodes += 1;
    if (stack.length >= DEPTH_MAX || nodes > NODES_MAX)
      throw new MalformedXml('too deep or too many elements');
    stack.push({ name: localName(tag.name), attributes: tag.attributes, children: [], text: '' });
  });
  const addText = (text: string): void => {
    const top = stack.at(-1);
    if (top !== undefined) top.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const done = stack.pop();
    if (done === undefined) return;
    const parent = stack.at(-1);
    if (parent === undefined) root = done;
    else if (handOut !== undefined && parent.name === handOut.below) {
      nodes = 0;
      handOut.onElement(done);
    } else parent.children.push(done);
  });
  return {
    write: (text) => {
      if (text !== '') parser.write(text);
    },
    end() {
      parser.close();
      if (root === null) throw new MalformedXml('no root element');
      return root;
    },
  };
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that must go (XML 1.0, 2.2).
const ILLEGAL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const REFERENCE = /&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}));/g;
const REFERENCE_LENGTH_MAX = 13;

/** Drops characters and character references that XML 1.0 forbids; keeps back a reference that a chunk cuts in two. */
function createCleaner(): (text: string, last: boolean) => string {
  let carry = '';
  return (text, last) => {
    let whole = carry + text;
    carry = '';
    const start = whole.lastIndexOf('&');
    if (!last && start >= 0 && whole.length - start < REFERENCE_LENGTH_MAX && !whole.includes(';', start)) {
      carry = whole.slice(start);
      whole = whole.slice(0, start);
    }
    const cleaned = whole.replace(ILLEGAL_CHARACTERS, '');
    return cleaned.includes('&#') ? cleaned.replace(REFERENCE, keepLegal) : cleaned;
  };
}

function keepLegal(reference: string, hex: string | undefined, decimal: string | undefined): string {
  const code = hex === undefined ? Number.parseInt(decimal ?? '0', 10) : Number.parseInt(hex, 16);
  const legal =
    code === 0x9 ||
    code === 0xa ||
    code === 0xd ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff);
  return legal ? reference : '';
}

// ------------------------------------------------------------------------------------------------ looking into a tree

/** The first child of that name. */
export function child(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node?.children.find((candidate) => candidate.name === name);
}

/** Follows names downwards; undefined where one is missing. */
export function descend(node: XmlNode | undefined, ...names: readonly string[]): XmlNode | undefined {
  return names.reduce<XmlNode | undefined>((at, name) => child(at, name), node);
}

/** Trimmed text of the child of that name; null when missing or empty. */
export function textOf(node: XmlNode | undefined, name: string): string | null {
  const text = child(node, name)?.text.trim();
  return text === undefined || text === '' ? null : text;
}

/** The first element of that name at any depth, document order. */
export function find(node: XmlNode | undefined, name: string): XmlNode | undefined {
  if (node === undefined || node.name === name) return node;
  for (const candidate of node.children) {
    const found = find(candidate, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
