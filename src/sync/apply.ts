/**
 * Carries out the actions of a plan: reads contents in bounded batches, saves them, links what is known. What became of each item goes
 * into the ledger. Every step may be repeated: keys are claimed and looked up before anything is inserted.
 */
import type { Action } from '../decide/plan.ts';
import type { EmailDraft, SaveResult } from '../model/connector.ts';
import type { EmailContent, EmailHead } from '../model/email.ts';
import { contentKey, headKey, threadKey } from '../model/email-key.ts';
import { type Failure, failure } from '../model/failure.ts';
import type { EmailKey, RecordId } from '../model/ids.ts';
import type { KeyPrint, PrintKey } from '../model/link.ts';
import { claimKeys } from './claim-keys.ts';
import type { Ledger } from './ledger.ts';
import { CONTENT_BYTES_MAX, type RunContext } from './run-context.ts';

type Save = Extract<Action, { do: 'save' }>;

/** A mail whose content was read, with its key. */
interface Ready {
  readonly action: Save;
  readonly content: EmailContent;
  readonly key: EmailKey;
  readonly print: KeyPrint;
}

/** Applies a chunk's actions. `granted` are the prints that this run may save; the others are being saved by a colleague's run. */
export async function applyActions(
  context: RunContext,
  actions: readonly Action[],
  granted: ReadonlySet<KeyPrint>,
  ledger: Ledger,
): Promise<void> {
  const saves: Save[] = [];
  const first = new Map<KeyPrint, Save>();
  const copies: { readonly copy: Save; readonly print: KeyPrint }[] = [];
  for (const action of actions) {
    if (action.do === 'skip') ledger.skip(action.head, action.code);
    else if (action.do === 'park') ledger.park(action.itemId, null, action.failure);
    else if (action.do === 'link') ledger.save(action.head, action);
    else {
      const print = action.key === null ? null : context.keys.printKey(action.key);
      if (print !== null && !granted.has(print)) ledger.park(action.head.itemId, action.head, busyElsewhere);
      else if (print !== null && first.has(print)) copies.push({ copy: action, print });
      else {
        if (print !== null) first.set(print, action);
        saves.push(action);
      }
    }
  }
  const saved = new Map<KeyPrint, SaveResult>();
  for await (const batch of readReady(context, saves, ledger)) await saveBatch(context, batch, saved, ledger);
  // Two copies of one mail in one mailbox: the second follows what became of the first.
  for (const { copy, print } of copies) followFirst(copy.head, print, saved.get(print), ledger);
}

const busyElsewhere = failure('lockstep.being-saved-elsewhere');

/** Reads contents and yields batches that may be saved at once: bounded in mails and in bytes. */
async function* readReady(
  context: RunContext,
  saves: readonly Save[],
  ledger: Ledger,
): AsyncGenerator<Ready[]> {
  const { emailsMax } = await capabilitiesFor(context, saves);
  const limits = { attachmentBytesMax: context.rules.settings.attachmentBytesMax };
  const ready: Ready[] = [];
  let bytes = 0;
  for (const group of groupsOf(saves, context.mail.capabilities.contentsMax)) {
    const contents = await context.mail.readContents(
      group.map((action) => action.head.itemId),
      limits,
    );
    for (const [at, read] of contents.entries()) {
      const action = group[at];
      if (action === undefined) continue;
      if (!read.ok) {
        ledger.park(action.head.itemId, action.head, read.failure);
        continue;
      }
      ready.push(prepare(action, read.value, context.digest, context.keys.printKey));
      bytes += action.head.sizeBytes;
    }
    if (ready.length >= emailsMax || bytes >= CONTENT_BYTES_MAX) {
      yield ready.splice(0);
      bytes = 0;
    }
  }
  if (ready.length > 0) yield ready;
}

async function capabilitiesFor(context: RunContext, saves: readonly Save[]): Promise<{ emailsMax: number }> {
  return saves.length === 0 ? { emailsMax: 1 } : await context.crm.capabilities();
}

function prepare(
  action: Save,
  content: EmailContent,
  digest: RunContext['digest'],
  printKey: PrintKey,
): Ready {
  const key = headKey(action.head) ?? contentKey(action.head, content, digest);
  return { action, content, key, print: printKey(key) };
}

/** Groups that one `readContents` may take: bounded in number, and a large mail travels alone. */
function* groupsOf(saves: readonly Save[], itemsMax: number): Generator<Save[]> {
  let group: Save[] = [];
  let bytes = 0;
  for (const save of saves) {
    const size = save.head.sizeBytes;
    if (group.length > 0 && (group.length >= itemsMax || bytes + size > CONTENT_BYTES_MAX)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(save);
    bytes += size;
  }
  if (group.length > 0) yield group;
}

async function saveBatch(
  context: RunContext,
  batch: readonly Ready[],
  saved: Map<KeyPrint, SaveResult>,
  ledger: Ledger,
): Promise<void> {
  const known = await settleLateKeys(context, batch, ledger);
  const drafts = new Map<KeyPrint, Ready>();
  const copies: Ready[] = [];
  for (const one of batch) {
    if (known.settled.has(one)) continue;
    // A key without Message-ID is known only now, so two copies may meet here, or a copy of an earlier batch.
    if (drafts.has(one.print) || saved.has(one.print)) copies.push(one);
    else drafts.set(one.print, one);
  }
  context.signal.throwIfAborted();
  const ready = [...drafts.values()];
  const results =
    ready.length === 0
      ? []
      : await context.crm.saveEmails(ready.map((one) => draftOf(one, known.found.get(one.key))));
  for (const [at, result] of results.entries()) {
    const one = ready[at];
    if (one === undefined) continue;
    saved.set(one.print, result);
    enter(one, result, known.found.has(one.key), ledger);
  }
  for (const copy of copies) followFirst(copy.action.head, copy.print, saved.get(copy.print), ledger);
}

interface LateKeys {
  /** Entered into the ledger already: linked, or left to a colleague's run. */
  readonly settled: ReadonlySet<Ready>;
  /** Records that the CRM holds for late keys. */
  readonly found: ReadonlyMap<EmailKey, RecordId>;
}

/** Mails without Message-ID get the same claim and look-up as the others, now that their key is known. */
async function settleLateKeys(
  context: RunContext,
  batch: readonly Ready[],
  ledger: Ledger,
): Promise<LateKeys> {
  const late = batch.filter((one) => one.action.key === null);
  const settled = new Set<Ready>();
  if (late.length === 0) return { settled, found: new Map() };
  const prints = late.map((one) => one.print);
  const claimed = await claimKeys(context, { claim: prints, read: prints });
  const open: EmailKey[] = [];
  for (const one of late) {
    const link = claimed.links.own.get(one.print);
    const own = link?.isRemoved === true ? undefined : link;
    const recordId = own?.recordId ?? claimed.links.others.get(one.print);
    const created = own?.created ?? false;
    if (link?.isRemoved === true && context.byHand !== true) {
      ledger.skip(one.action.head, 'skipped.removed');
      settled.add(one);
    } else if (recordId !== undefined) {
      const { head, chosen } = one.action;
      ledger.save(head, { print: one.print, recordId, created, code: 'saved.linked', chosen });
      settled.add(one);
    } else if (!claimed.granted.has(one.print)) {
      ledger.park(one.action.head.itemId, one.action.head, busyElsewhere);
      settled.add(one);
    } else open.push(one.key);
  }
  if (open.length === 0) return { settled, found: new Map() };
  const keys = [...new Set(open)];
  const relateTo = context.rules.settings.relateTo;
  const result = await context.crm.lookUp({ addresses: [], domains: [], keys, relateTo });
  return { settled, found: new Map(result.emails.map((email) => [email.key, email.recordId])) };
}

function draftOf(one: Ready, foundLate: RecordId | undefined): EmailDraft {
  const { head, match, outgoing, recordId } = one.action;
  return {
    key: one.key,
    threadKey: threadKey(head, one.key),
    head,
    content: one.content,
    outgoing,
    people: match.people,
    relatedTo: match.relatedTo,
    recordId: recordId ?? foundLate ?? null,
  };
}

function enter(one: Ready, result: SaveResult, foundLate: boolean, ledger: Ledger): void {
  const { head, recordId, chosen } = one.action;
  if (!result.ok) {
    ledger.park(head.itemId, head, result.failure);
    return;
  }
  const created = result.created && recordId === null && !foundLate;
  const partial = partialFailure(one.content);
  ledger.save(head, {
    print: one.print,
    recordId: result.recordId,
    created,
    code: created ? 'saved.created' : 'saved.found',
    files: result.files,
    chosen,
    ...(partial === null ? {} : { partial }),
  });
}

/** E5: the mail is saved without the attachment, and the person is told. */
function partialFailure(content: EmailContent): Failure | null {
  const tooLarge = content.omitted.some((omitted) => omitted.reason === 'too-large');
  return tooLarge ? failure('mailbox.attachment-too-large') : null;
}

function followFirst(head: EmailHead, print: KeyPrint, result: SaveResult | undefined, ledger: Ledger): void {
  if (result === undefined) ledger.park(head.itemId, head, busyElsewhere);
  else if (!result.ok) ledger.park(head.itemId, head, result.failure);
  else ledger.save(head, { print, recordId: result.recordId, created: result.created, code: 'saved.linked' });
}
