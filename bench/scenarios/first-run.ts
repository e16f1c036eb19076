/**
 * The first run of a mailbox, by the kind of mail in it; and in the same mailbox afterwards what an idle run and the next hundred mails cost.
 */
import type { MailKind } from '../mail.ts';
import { exchangeMinimum, idleMinimum, salesforceMinimum } from '../minimum.ts';
import { productRows, type Section, sideRows } from '../report.ts';
import { type Measurement, openStage } from '../stage.ts';

const IDLE_RUNS = 20;
const CHANGES = 100;

const words: Readonly<Record<MailKind, string>> = {
  all: 'all with 300 contacts',
  mix: 'one in five with a contact',
  files: 'all with 300 contacts, one in ten with a file of 20 kB',
};

export async function measureFirstRun(
  kind: MailKind,
  mails: number,
  seed: number,
): Promise<readonly Section[]> {
  const stage = await openStage({ seed });
  try {
    stage.deliver(kind, mails);
    const first = await stage.run();
    const sections = [firstSection(kind, mails, first)];
    if (kind !== 'all') return sections;
    // Mail that came in the second of the first look is looked for once more; then the folders' marks are settled.
    await stage.run();
    const idle = await stage.run(IDLE_RUNS);
    stage.deliver(kind, CHANGES);
    return [idleSection(idle), ...sections, changesSection(await stage.run())];
  } finally {
    await stage.close();
  }
}

function firstSection(kind: MailKind, mails: number, first: Measurement): Section {
  const saved = createdIn(first);
  return {
    title: `First run of ${mails} mails, ${words[kind]}`,
    note: `${saved} saved in ${first.runs.length} run(s)`,
    rows: [
      ...sideRows('Exchange', first.exchange, 1, exchangeMinimum({ mails, saved })),
      ...sideRows('Salesforce', first.salesforce, 1, salesforceMinimum({ mails, saved })),
      ...productRows(first, 1),
      { what: 'CPU per saved mail', counted: `${(first.product.cpuMs / Math.max(1, saved)).toFixed(2)} ms` },
    ],
  };
}

function idleSection(idle: Measurement): Section {
  return {
    title: 'Idle run: nothing changed',
    note: `averages of ${IDLE_RUNS} runs`,
    rows: [
      ...sideRows('Exchange', idle.exchange, IDLE_RUNS, idleMinimum.exchange),
      ...sideRows('Salesforce', idle.salesforce, IDLE_RUNS, idleMinimum.salesforce),
      ...productRows(idle, IDLE_RUNS),
    ],
  };
}

/** The idle questions, then the changes in two folders. */
function changesSection(run: Measurement): Section {
  const saved = createdIn(run);
  const exchange = exchangeMinimum({ mails: CHANGES, saved });
  const salesforce = salesforceMinimum({ mails: CHANGES, saved });
  return {
    title: `${CHANGES} new mails in a known mailbox`,
    note: `${saved} saved; they lie in two folders, and each folder has a page, a look-up and a write of its own`,
    rows: [
      ...sideRows('Exchange', run.exchange, 1, {
        requests: exchange.requests + idleMinimum.exchange.requests,
        formula: `${exchange.formula} + the idle ${idleMinimum.exchange.requests}`,
      }),
      ...sideRows('Salesforce', run.salesforce, 1, {
        requests: salesforce.requests + idleMinimum.salesforce.requests,
        formula: `${salesforce.formula} + the idle ${idleMinimum.salesforce.requests}`,
      }),
      ...productRows(run, 1),
    ],
  };
}

export function createdIn(measurement: Measurement): number {
  return measurement.runs.reduce((sum, run) => sum + run.created, 0);
}
