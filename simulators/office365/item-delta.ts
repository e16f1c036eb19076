/**
 * Delta queries over collections that keep a change log: contacts of a folder, contact folders, task lists, tasks of a list. Things
 * come in the order of their last change, removed ones by their ids.
 * https://learn.microsoft.com/graph/api/contact-delta
 */
import type { ChangeLog } from '../shared/change-log.ts';
import {
  type DeltaPosition,
  finishDelta,
  pageSize,
  readPosition,
  unsupported,
  withRepeats,
} from './delta-token.ts';
import { type GraphAnswer, idOf, type MailboxCall } from './graph-call.ts';
import type { ItemIds } from './item-source.ts';

type Json = Record<string, unknown>;

/** What a delta query goes over. `show` gives undefined for what is not there any more. */
export interface TrackedCollection {
  /** Names the collection in tokens. */
  of: string;
  epoch: number;
  log: ChangeLog;
  gone: ReadonlyMap<string, ItemIds>;
  /** The short name of its type, e.g. `contact`. */
  type: string;
  /** Whether things say their type, as those of Exchange do and tasks do not. */
  saysType: boolean;
  show(call: MailboxCall, key: string): Json | undefined;
}

export function answerItemDelta(call: MailboxCall, tracked: TrackedCollection): GraphAnswer {
  const { position } = readPosition<DeltaPosition>(call, tracked.of, tracked.epoch);
  const start = position ?? startOf(call, tracked);
  const scoped = { ...call, query: new URLSearchParams(start.options) };
  const size = pageSize(call, start);
  const type = tracked.saysType ? { '@odata.type': `#microsoft.graph.${tracked.type}` } : {};
  const value: Json[] = [];
  let { at } = start;
  let isLast = true;
  for (const change of tracked.log.since(start.at)) {
    if (value.length >= size) {
      isLast = false;
      break;
    }
    at = change.changeNumber;
    const shown = change.deleted ? undefined : tracked.show(scoped, change.key);
    const gone = tracked.gone.get(change.key);
    if (shown !== undefined) value.push({ ...type, ...shown });
    else if (gone !== undefined && change.firstCreatedAtChange <= start.at) {
      value.push({ ...type, id: idOf(call, gone), '@removed': { reason: 'deleted' } });
    }
  }
  const all = withRepeats(call, value);
  return finishDelta(call, `Collection(${tracked.type})`, all, { ...start, at }, isLast);
}

function startOf(call: MailboxCall, { of, epoch }: TrackedCollection): DeltaPosition {
  const options: Record<string, string> = {};
  for (const [name, value] of call.query) {
    if (['$select', '$expand', '$top'].includes(name)) options[name] = value;
    else if (name !== '$deltatoken') throw unsupported(name);
  }
  return { of, epoch, at: 0, options };
}
