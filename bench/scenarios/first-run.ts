/**
 * The first run of a mailbox, by the kind of mail in it; and in the same mailbox afterwards what an idle run and the next hundred mails cost.
 */
import { type MailServiceName, serviceWords } from '../../sandbox/cast.ts';
import type { MailKind } from '../mail.ts';
import { idleMinimum, mailMinimum, salesforceMinimum } from '../minimum.ts';
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
  service: MailServiceName,
  kind: MailKind,
  mails: number,
  seed: number,
): Promise<readonly Section[]> {
  const stage = await openStage({ seed, service });
  try {
    stage.deliver(kind, mails);
    const first = await stage.run();
    const sections = [firstSection(service, kind, mails, first)];
    if (kind !== 'all') return sections;
    // Mail that came in the second of the first look is looked for once more; then the folders' marks are settled.
    await stage.run();
    const idle = await stage.run(IDLE_RUNS);
    stage.deliver(kind, CHANGES);
    return [idleSection(service, idle), ...sections, changesSection(service, await stage.run())];
  } finally {
    await stage.close();
  }
}

function firstSection(service: MailServiceName, kind: MailKind, mails: number, first: Measurement): Section {
  const saved = createdIn(first);
  return {
    title: `${serviceWords[service]}: first run of ${mails} mails, ${words[kind]}`,
    note: `${saved} saved in ${first.runs.length} run(s)`,
    rows: [
      ...sideRows(serviceWords[service], first.mail, 1, mailMinimum[service]({ mails, saved })),
      ...sideRows('Salesforce', first.salesforce, 1, salesforceMinimum({ mails, saved })),
      ...productRows(first, 1),
      { what: 'CPU per saved mail', counted: `${(first.product.cpuMs / Math.max(1, saved)).toFixed(2)} ms` },
    ],
  };
}

function idleSection(service: MailServiceName, idle: Measurement): Section {
  return {
    title: `${serviceWords[service]}: idle run, nothing changed`,
    note: `averages of ${IDLE_RUNS} runs`,
    rows: [
      ...sideRows(serviceWords[service], idle.mail, IDLE_RUNS, idleMinimum[service]),
      ...sideRows('Salesforce', idle.salesforce, IDLE_RUNS, idleMinimum.salesforce),
      ...productRows(idle, IDLE_RUNS),
    ],
  };
}

/** The idle questions, then the changes in two folders. */
function changesSection(service: MailServiceName, run: Measurement): Section {
  const saved = createdIn(run);
  const mail = mailMinimum[service]({ mails: CHANGES, saved });
  const idle = idleMinimum[service];
  const salesforce = salesforceMinimum({ mails: CHANGES, saved });
  return {
    title: `${serviceWords[service]}: ${CHANGES} new mails in a known mailbox`,
    note: `${saved} saved; two thirds received, one third sent`,
    rows: [
      ...sideRows(serviceWords[service], run.mail, 1, {
        requests: mail.requests + idle.requests,
        formula: `${mail.formula} + the idle ${idle.requests}`,
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
