/**
 * What a world came to, and how two worlds of one seed differ: the one where everything went wrong, and its calm twin. Equal must be, of each mail,
 * the records, their people and their files; of each mailbox, what it is linked to; of each copy, its verdict; of each event, contact
 * and task, its records with their fields, and its items.
 *
 * Not compared is what rightly depends on when a run looked: who of several colleagues made the record (and so `Incoming`, `Created` and which of the
 * saved verdicts); mails that were right to save at one moment and not at another (`may`, see the oracle; half of them people decide at the end);
 * people of a mail whose contact came or went after it; records that somebody deleted; mails that Salesforce refuses, which the invariants watch.
 */

import { rowFrom } from '../support/salesforce-records-world.ts';
import { expectedItems, expectedRecords } from './expected-things.ts';
import type { Copy, Mail } from './history.ts';
import { recordsOf } from './invariants.ts';
import { isExamined, judgeCopy, judgeMail } from './oracle.ts';
import { inWorld, readVerdictRows, verdictPrints } from './rows.ts';
import { personAt, rowsOf } from './thing-drafts.ts';
import type { World } from './world.ts';

/** One line per thing that can be compared. */
export type FinalState = ReadonlyMap<string, string>;

export async function readFinalState(world: World): Promise<FinalState> {
  const { history } = world;
  const state = new Map<string, string>();
  const links = await readLinks(world);
  const verdicts = await readVerdicts(world);
  for (const mail of history.mails) {
    const { mark, refused } = mail.letter;
    const judgement = judgeMail(history, mail);
    if (judgement === 'may' || refused || mail.isUnwanted) continue;
    const [record, ...more] = recordsOf(world, mail);
    state.set(`records of ${mark}`, String(record === undefined ? 0 : 1 + more.length));
    if (record !== undefined) {
      state.set(`files of ${mark}`, filesOf(world, record.Id).join(' '));
      if (isSteady(world, mail)) state.set(`people of ${mark}`, peopleOf(world, record.Id).join(' '));
    }
    for (const [at, copy] of mail.copies.entries()) {
      if (judgement === 'must' && judgeCopy(history, mail, copy) !== 'must') continue;
      const link = links.find((one) => one.address === copy.mailbox && one.record_id === String(record?.Id));
      state.set(`link of ${copy.mailbox} to ${mark}`, link === undefined ? 'none' : 'there');
      // Of several copies, the link names whichever was met first.
      const isOnly = mail.copies.filter((one) => one.mailbox === copy.mailbox).length === 1;
      if (isOnly && isExamined(history, copy))
        state.set(`item of ${copy.mailbox} for ${mark}`, link?.item_id === copy.itemId ? 'known' : 'unknown');
      if (isExamined(history, copy) && isSteady(world, mail))
        state.set(`verdict of ${mark} copy ${at}`, placeless(verdicts(copy), copy));
    }
  }
  for (const thing of history.things) {
    const { min, max } = expectedRecords(thing, world.script.at);
    // On both sides: which of them was met first, timing decides.
    if (min !== max || thing.touched.size > 1) continue;
    const rows = rowsOf(world, thing);
    state.set(`records of ${thing.mark}`, String(rows.length));
    const columns = Object.keys(rowFrom(thing.collection, thing.fields));
    const texts = rows.map((row) => columns.map((column) => `${column} ${row[column] ?? ''}`).join(', '));
    state.set(`fields of ${thing.mark}`, texts.sort().join('; '));
    const items = expectedItems(thing);
    if (items.min !== items.max || thing.invitation !== null) continue;
    const { hands, address } = personAt(world, thing.owner);
    state.set(`items of ${thing.mark}`, String(hands.itemsOf(address).count(thing.collection, thing.mark)));
  }
  return state;
}

/** What differs, in sentences; both worlds must have judged the same. */
export function compareStates(troubled: FinalState, calm: FinalState): readonly string[] {
  const names = new Set([...troubled.keys(), ...calm.keys()]);
  return [...names].flatMap((name) => {
    const here = troubled.get(name) ?? 'missing';
    const there = calm.get(name) ?? 'missing';
    return here === there ? [] : [`${name}: ${here} after trouble, ${there} in calm`];
  });
}

/** Whether its outsiders were the same contacts, or none, ever since it came. */
function isSteady({ history }: World, mail: Mail): boolean {
  const cameAt = Math.min(...mail.copies.map((copy) => copy.stages[0]?.tick ?? 0));
  return [mail.letter.from, ...mail.letter.to].every((address) =>
    (history.known.get(address) ?? []).every(({ tick }) => tick <= cameAt),
  );
}

function filesOf({ salesforce }: World, recordId: string): readonly string[] {
  const documents = salesforce
    .records('ContentDocumentLink')
    .filter((row) => row.LinkedEntityId === recordId)
    .map((row) => row.ContentDocumentId);
  return salesforce
    .records('ContentVersion')
    .filter((row) => documents.includes(row.ContentDocumentId))
    .map((row) => String(row.Title))
    .sort();
}

/** Roles and addresses; a contact by the address under which people know it. */
function peopleOf({ history, salesforce, traits }: World, recordId: string): readonly string[] {
  const contacts = new Map(
    [...history.known].flatMap(([address, turns]) => turns.map((turn) => [turn.recordId, address] as const)),
  );
  if (!traits.enhancedEmail) {
    const task = salesforce.records('Task').find((row) => row.Id === recordId);
    return [`who ${contacts.get(String(task?.WhoId)) ?? 'nobody'}`, `what ${task?.WhatId ?? 'nothing'}`];
  }
  return salesforce
    .records('EmailMessageRelation')
    .filter((row) => row.EmailMessageId === recordId)
    .map((row) => {
      const contact = contacts.get(String(row.RelationId));
      return `${row.RelationType} ${contact === undefined ? row.RelationAddress : `contact ${contact}`}`;
    })
    .sort();
}

interface LinkRow {
  readonly address: string;
  readonly record_id: string;
  readonly item_id: string | null;
}

function readLinks(world: World): Promise<readonly LinkRow[]> {
  return inWorld<LinkRow>(
    world,
    'select address, record_id, item_id from links join mailboxes on mailboxes.id = links.mailbox_id',
  );
}

/** A copy that was moved is judged where it lies when it is read, which trouble may put off: by which rule it is left out depends on that. */
function placeless(verdict: string, copy: Copy): string {
  return copy.stages.length > 1 && verdict.startsWith('skipped.') ? 'skipped' : verdict;
}

/** Gives the verdict on a copy; who of several made the record makes no difference. */
async function readVerdicts(world: World): Promise<(copy: Copy) => string> {
  const printOf = await verdictPrints(world);
  const codes = new Map(
    (await readVerdictRows(world)).map((row) => [
      `${row.address} ${row.item_print}`,
      row.code.replace(/^saved\..*/, 'saved'),
    ]),
  );
  return (copy) => codes.get(printOf(copy)) ?? 'none';
}
