/**
 * The e-mail to an organization's administrators: all mailboxes that stopped, are late or go on again since the e-mail before, in the administrator's
 * words. Pure. One e-mail a day at most, however many mailboxes there are.
 */
import { catalogue, type FailureCode } from '../model/catalogue.ts';
import type { CatalogueEntry } from '../model/catalogue-entry.ts';
import type { Instant } from '../model/clock.ts';
import type { Composed } from './compose-notice.ts';
import { NOTHING_LOST } from './compose-notice.ts';
import { type Block, type ListEntry, layOut } from './layout.ts';
import { menderWords } from './mender-words.ts';
import { timeWords } from './time-words.ts';

export interface DigestEntry {
  readonly kind: 'stopped' | 'late' | 'recovered';
  readonly address: string;
  readonly code: FailureCode | null;
  readonly since: Instant;
}

export interface DigestWords {
  readonly entries: readonly DigestEntry[];
  readonly crmName: string;
  readonly publicUrl: string;
}

/** Mailboxes that are named; the rest is a number. */
const NAMED_MAX = 200;
/** Administrators are told without a zone of theirs being known. */
const ZONE = 'UTC';

/** Subject, plain text and HTML; both forms say the same. */
export function composeDigest({ entries, crmName, publicUrl }: DigestWords): Composed {
  const stopped = entries.filter((entry) => entry.kind === 'stopped');
  const late = entries.filter((entry) => entry.kind === 'late');
  const recovered = entries.filter((entry) => entry.kind === 'recovered');
  const counts = [
    ...counted(stopped, 'stopped'),
    ...counted(late, 'late'),
    ...counted(recovered, 'going on again'),
  ].join(', ');
  const subject = `Sync with ${crmName}: ${counts}`;
  const blocks: Block[] = [
    { kind: 'title', text: `Mailboxes that are synced with ${crmName}: ${counts}.` },
    ...section('Stopped', stopped),
    ...section('Late', late),
    ...section('Going on again', recovered),
    { kind: 'button', label: 'Open Lockstep', url: publicUrl },
    ...(stopped.length + late.length > 0 ? [{ kind: 'text', text: NOTHING_LOST } as const] : []),
    {
      kind: 'small',
      text: 'The owners are told, too. Lockstep writes to you once a day at most, and only of what is new. Your organization’s settings in Lockstep say who gets this e-mail.',
    },
  ];
  return { subject, ...layOut(subject, blocks) };
}

function counted(entries: readonly DigestEntry[], word: string): readonly string[] {
  return entries.length === 0 ? [] : [`${entries.length} ${word}`];
}

function section(heading: string, entries: readonly DigestEntry[]): readonly Block[] {
  if (entries.length === 0) return [];
  const named = entries.slice(0, NAMED_MAX);
  const more = entries.length - named.length;
  return [
    { kind: 'text', text: `${heading}:` },
    { kind: 'list', entries: named.map(listed) },
    ...(more === 0 ? [] : [{ kind: 'text', text: `And ${more} more.` } as const]),
  ];
}

function listed({ kind, address, code, since }: DigestEntry): ListEntry {
  const time = timeWords(since, ZONE);
  if (kind === 'recovered') return { title: address, lines: [`Had stopped on ${time}.`] };
  const entry: CatalogueEntry | null = code === null ? null : catalogue[code];
  return {
    title: address,
    lines: [
      kind === 'stopped' ? `Since ${time}.` : `Last in step on ${time}.`,
      ...(entry === null
        ? []
        : [entry.admin, `Can be mended by ${menderWords[entry.mender].who}. Code: ${code}`]),
    ],
  };
}
