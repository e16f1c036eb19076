/** `lockstep sandbox`, `simulate` and `privacy-check`: what needs the simulators. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { MailboxView } from '../src/api-schema/mailbox.ts';
import { exitCodes, exitCodesHelp } from '../src/server/cli/exit-codes.ts';
import { aborted, print, untilStopped } from '../src/server/cli/opening.ts';
import type { Finish } from '../src/server/cli/program.ts';
import { type Colleague, colleagues } from './cast.ts';
import { runPrivacyCheck } from './privacy-check.ts';
import { runOnce } from './run-once.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { type SimulateFlags, simulate } from './simulate.ts';
import { Visitor } from './visitor.ts';
import { welcome } from './welcome.ts';
import { welcomeAdmin, writeCompanyFiles } from './welcome-admin.ts';

const SEED = 20_261;
const COMPANY_SIZE = 60;
const UNITS_UNBOUND = 10_000_000;

/** Adds the sandbox's commands to a program. */
export function addSandboxCommands(program: Command, finish: Finish): void {
  program
    .command('sandbox')
    .description(
      'try everything: simulated Exchange, Office 365, Gmail and Salesforce with people and mail, and the product on them',
    )
    .option('--mail <folder>', 'a folder of .eml or .mbox files instead of the samples')
    .option(
      '--port <number>',
      'the page’s port; the simulators and the outbox take the five above',
      wholeNumber,
      3000,
    )
    .option('--seed <number>', 'draws the sample mail', wholeNumber, SEED)
    .option('--data <folder>', 'where the embedded database lives', '.lockstep/sandbox')
    .option('--company <people>', 'so many people more, for mass activation', wholeNumber, COMPANY_SIZE)
    .option('--once', 'go the whole way without a browser, print the sums and end')
    .option('--json', 'with --once: print JSON')
    .addHelpText('after', exitCodesHelp)
    .action(async (flags: SandboxFlags) => finish(await sandbox(flags)));
  program
    .command('simulate')
    .description('run the simulated Exchange, Office 365, Google and Salesforce alone, until stopped')
    .option('--exchange-port <number>', 'Exchange’s port', wholeNumber, 3002)
    .option('--office365-port <number>', 'Entra ID’s and Microsoft Graph’s port', wholeNumber, 3003)
    .option('--google-port <number>', 'the port of Google’s accounts and Gmail', wholeNumber, 3004)
    .option('--salesforce-port <number>', 'Salesforce’s port', wholeNumber, 3001)
    .option('--host <name>', 'where to listen', 'localhost')
    .option(
      '--users <file>',
      'JSON list of {name, address, password, salesforceUsername, service? (exchange, office365 or google), userName?, aliases?}',
    )
    .option('--mail <folder>', 'mail for the first user of each service: a folder of .eml or .mbox files')
    .option('--redirect-uri <uri...>', 'where the apps may send people back to')
    .option('--tls-key <file>', 'PEM key: serve https')
    .option('--tls-cert <file>', 'PEM certificate: serve https')
    .option('--seed <number>', 'draws the sample mail', wholeNumber, SEED)
    .addHelpText('after', exitCodesHelp)
    .action(async (flags: SimulateFlags) => finish(await simulate(flags)));
  program
    .command('privacy-check')
    .description(
      'plant marked mail, sync it through faults and crashes, then search the disk for any byte of it',
    )
    .option('--seed <number>', 'draws faults and crashes', wholeNumber, SEED)
    .option('--data <folder>', 'work in this folder and leave it behind; a temporary one unless told')
    .addOption(
      new Option(
        '--database-url <url>',
        'search this server, in a database of its own; the embedded one unless told',
      ).env('DATABASE_URL'),
    )
    .addHelpText('after', '\nExit codes: 0 nothing found; 1 something was found; 2 could not search.')
    .action(async (flags: PrivacyFlags) =>
      finish(
        await runPrivacyCheck({
          seed: flags.seed,
          log: print,
          ...(flags.data === undefined ? {} : { dataFolder: flags.data }),
          ...(flags.databaseUrl === undefined ? {} : { databaseUrl: flags.databaseUrl }),
        }),
      ),
    );
}

interface PrivacyFlags {
  readonly seed: number;
  readonly data?: string;
  readonly databaseUrl?: string;
}

interface SandboxFlags {
  readonly mail?: string;
  readonly port: number;
  readonly seed: number;
  readonly data: string;
  readonly company: number;
  readonly once?: boolean;
  readonly json?: boolean;
}

async function sandbox(flags: SandboxFlags): Promise<number> {
  const stopped = untilStopped();
  const once = flags.once === true;
  const folder = once ? await mkdtemp(join(tmpdir(), 'lockstep-')) : flags.data;
  const started = await startSandbox({
    // Without a browser nobody needs to know the ports, so any will do and several may run side by side.
    port: once ? 0 : flags.port,
    mailFolder: flags.mail ?? null,
    seed: flags.seed,
    dataFolder: folder,
    databaseUrl: null,
    fresh: !once,
    companySize: once ? 0 : flags.company,
    // Nobody wants to wait for Google's quota where only the sums are of interest.
    ...(once ? { gmailUnitsPerMinute: UNITS_UNBOUND } : {}),
  });
  try {
    if (once) {
      const report = await runOnce(started, flags.seed, (line) => process.stderr.write(`${line}\n`));
      print(flags.json === true ? JSON.stringify(report) : JSON.stringify(report, null, 2));
      return report.ok ? exitCodes.ok : exitCodes.failed;
    }
    const synced = await syncLast(started);
    const files = await writeCompanyFiles(started.company, join(folder, 'company'));
    for (const line of [...welcome(started, synced), ...welcomeAdmin(started, files)]) print(line);
    await aborted(stopped);
    return exitCodes.ok;
  } finally {
    await started.close();
    if (once) await rm(folder, { recursive: true, force: true });
  }
}

/** The last of the cast is activated already, so that there is something to see at once. */
async function syncLast(started: Sandbox): Promise<MailboxView> {
  const last = colleagues.at(-1) as Colleague;
  const visitor = new Visitor(started.url);
  await visitor.logIn(started.salesforceUrl, last);
  const since = Date.now();
  await visitor.connect(last, started.ewsUrl);
  return await visitor.waitForRun(since);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}
