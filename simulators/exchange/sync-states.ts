/**
 * SyncStates: what a client was told so far, as an opaque text that only the server which made it can read again.
 * They hold positions in the change log, not lists of items, so that they are cheap and exact at any mailbox size.
 */
import { createHmac } from 'node:crypto';

/** `base`: all changes up to it are known to the client. `position`: how far the current pass has come. */
export interface SyncPosition {
  base: number;
  position: number;
  /** While the first pass runs: the last item given, newest first. */
  initial?: { receivedAt: number; order: number } | 'start';
}

/** What a state is bound to; another mailbox, folder, kind or epoch makes it invalid. */
export interface SyncScope {
  kind: 'items' | 'hierarchy';
  mailbox: string;
  folder: string;
  epoch: number;
}

/** A state text. `padding` lets it grow with the folder, as real ones do. */
export function writeSyncState(scope: SyncScope, at: SyncPosition, padding: number): string {
  const content = JSON.stringify({ s: scopeKey(scope), b: at.base, p: at.position, i: at.initial ?? null });
  const filler = 'A'.repeat(Math.min(8192, 180 + padding));
  const body = Buffer.from(`${content}\n${filler}`);
  return Buffer.concat([sign(body), body]).toString('base64');
}

/** Reads a state back; undefined when it is garbage, foreign or of another epoch. */
export function readSyncState(text: string, scope: SyncScope): SyncPosition | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.byteLength < 64 || bytes.toString('base64') !== text) return undefined;
  const body = bytes.subarray(8);
  if (!sign(body).equals(bytes.subarray(0, 8))) return undefined;
  const [json = ''] = body.toString().split('\n');
  const content = JSON.parse(json) as { s: string; b: number; p: number; i: SyncPosition['initial'] | null };
  if (content.s !== scopeKey(scope)) return undefined;
  const position: SyncPosition = { base: content.b, position: content.p };
  return content.i === null || content.i === undefined ? position : { ...position, initial: content.i };
}

function scopeKey(scope: SyncScope): string {
  return `${scope.kind}/${scope.mailbox}/${scope.folder}/${scope.epoch}`;
}

function sign(body: Buffer): Buffer {
  return createHmac('sha256', 'simulated sync state').update(body).digest().subarray(0, 8);
}
