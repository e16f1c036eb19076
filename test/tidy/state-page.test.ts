/** That docs/state-machines.md tells the truth: its table has every state and event with the cell of the code, and its diagram every arrow and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type MailboxState,
  mailboxEvents,
  mailboxStates,
  nextMailboxState,
} from '../../src/model/mailbox-state.ts';
import { nextRolloutState, rolloutEvents, rolloutStates } from '../../src/model/rollout-state.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'state-machines.md'), 'utf8');
const words = (name: string) => name.replaceAll('-', ' ');
const isState = (cell: string): cell is MailboxState => (mailboxStates as readonly string[]).includes(cell);

test('the table of the page is the table of the code', () => {
  const rows = [
    ['state', ...mailboxEvents.map(words)],
    ['---', ...mailboxEvents.map(() => '---')],
    ...mailboxStates.map((state) => [
      words(state),
      ...mailboxEvents.map((event) => words(nextMailboxState(state, event))),
    ]),
  ];
  for (const row of rows) expect(page).toContain(`| ${row.join(' | ')} |`);
});

test('the diagram has every move of the code, and no other', () => {
  const diagram = /```mermaid\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const drawn = [...diagram.matchAll(/^ *(\w+) --> (\w+): (.+)$/gm)].flatMap(
    ([, from = '', to = '', events = '']) => events.split(', ').map((event) => `${from} --${event}--> ${to}`),
  );
  const node = (state: string) => state.replaceAll('-', '_');
  const moves = mailboxStates.flatMap((from) =>
    mailboxEvents.flatMap((event) => {
      const to = nextMailboxState(from, event);
      return isState(to) ? [`${node(from)} --${words(event)}--> ${node(to)}`] : [];
    }),
  );
  expect(drawn.toSorted()).toEqual(moves.toSorted());
});

test('the table of roll-outs is the table of the code', () => {
  const rows = [
    ['roll-out', ...rolloutEvents.map(words)],
    ['---', ...rolloutEvents.map(() => '---')],
    ...rolloutStates.map((state) => [
      words(state),
      ...rolloutEvents.map((event) => words(nextRolloutState(state, event))),
    ]),
  ];
  for (const row of rows) expect(page).toContain(`| ${row.join(' | ')} |`);
});
