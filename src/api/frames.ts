/**
 * Which page may be framed by whom, what each may load, and how the windows of framed pages end. Whatever is no page of the table may be framed
 * by nobody; the table's hosts come from the configuration, for this file knows no mail client.
 */
import type { FastifyReply } from 'fastify';

/** One document of the pages' folder, where it differs from the strictest rule. */
export interface DocumentRule {
  /** Sources for `frame-ancestors`; empty forbids framing. */
  readonly framedBy: readonly string[];
  /** Origins of scripts besides our own. */
  readonly scriptsFrom: readonly string[];
  /** A window that tells its opener how it ended: cutting it off from the opener is not for it. */
  readonly hasOpener: boolean;
}

/** By the file's name, such as `index.html`. */
export type DocumentRules = Readonly<Record<string, DocumentRule>>;

const STRICT: DocumentRule = { framedBy: [], scriptsFrom: [], hasOpener: false };

/** The headers by which a document of the pages goes out, over those of every answer. */
export function documentHeaders(rules: DocumentRules, file: string): Readonly<Record<string, string>> {
  const rule = rules[file] ?? STRICT;
  const isFramed = rule.framedBy.length > 0;
  return {
    'content-security-policy': writePolicy(pagePolicy(rule)),
    // Older than frame-ancestors, and without a word for "these sites": where it stands, old browsers refuse the frame.
    ...(isFramed ? { 'cross-origin-resource-policy': 'cross-origin' } : { 'x-frame-options': 'DENY' }),
    'cross-origin-opener-policy': rule.hasOpener ? 'unsafe-none' : 'same-origin',
  };
}

/** The pages load nothing from anywhere else, and only who is listed may frame them. */
function pagePolicy({ framedBy, scriptsFrom }: DocumentRule): Readonly<Record<string, readonly string[]>> {
  return {
    'default-src': ["'none'"],
    'object-src': ["'none'"],
    'script-src': ["'self'", ...scriptsFrom],
    // The hash of an empty style element: the pages' style engine fills such elements by script, and nothing else may add any.
    'style-src': ["'self'", "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'form-action': ["'none'"],
    'base-uri': ["'none'"],
    'frame-ancestors': framedBy.length === 0 ? ["'none'"] : framedBy,
  };
}

/** For whatever is no document of the pages: answers of the API, redirects, scripts, pictures. */
export const answerPolicy = pagePolicy(STRICT);

/** A policy as the header has it. */
export function writePolicy(policy: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(policy)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join(';');
}

/** For redirects on the way of a window: each of them could cut the window off from the frame that waits for it. */
export function allowOpener(reply: FastifyReply): void {
  reply.header('cross-origin-opener-policy', 'unsafe-none');
}

/**
 * Where a frame's window ends. What it brings stands behind the `#`, which is sent to no server and stands in no log; it is worth nothing
 * without the frame's verifier.
 */
export function dialogEnd(
  end: { readonly login: string } | { readonly consent: string } | { readonly problem: string },
): string {
  return `/dialog.html#${new URLSearchParams(end)}`;
}
