/** `lockstep sandbox`, `simulate` and `privacy-check`: what needs the simulators. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import type { MailboxView } from '../src/api-schema/mailbox.ts';
import { exitCodes, exitCodesHelp } from '../src/server/cli/exit-codes.ts';
import { aborted, print, untilStopped } from '../src/server/cli/opening.ts';
import type { Finish } from '../src/server/cli/program.ts';
import { type Colleague, colleagues } from './cast.ts';
import { runPrivacyCheck } from './privacy-check.ts';
import { runOnce } from './run-once.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { seedFolder, seedSamples } from './seed-mail.ts';
import {
  createServices,
  SANDBOX_CLIENT_ID,
  SANDBOX_CLIENT_SECRET,
  serveServices,
} from './simulated-services.ts';
import { Visitor } from './visitor.ts';
import { welcome } from './welcome.ts';

const SEED = 20_261;

/** Adds the sandbox's commands to a program. */
export function addSandboxCommands(program: Command, finish: Finish): void {
  program
    .command('sandbox')
    .description(
      'try everything: simulated Exchange and Salesforce with people and mail, and the product on them',
    )
    .option('--mail <folder>', 'a folder of .eml or .mbox files instead of the samples')
    .option('--port <number>', 'the page’s port; the simulators take the two above', wholeNumber, 3000)
    .option('--seed <number>', 'draws the sample mail', wholeNumber, SEED)
    .option('--data <folder>', 'where the embedded database lives', '.lockstep/sandbox')
    .option('--once', 'go the whole way without a browser, print the sums and end')
    .option('--json', 'with --once: print JSON')
    .addHelpText('after', exitCodesHelp)
    .action(async (flags: SandboxFlags) => finish(await sandbox(flags)));
  program
    .command('simulate')
    .description('run the simulated Exchange and Salesforce alone, until stopped')
    .option('--exchange-port <number>', 'Exchange’s port', wholeNumber, 3002)
    .option('--salesforce-port <number>', 'Salesforce’s port', wholeNumber, 3001)
    .option('--host <name>', 'where to listen', 'localhost')
    .option(
      '--users <file>',
      'JSON list of {name, address, userName, password, salesforceUsername, aliases?}',
    )
    .option('--mail <folder>', 'mail for the first user: a folder of .eml or .mbox files')
    .option('--redirect-uri <uri...>', 'where the Salesforce app may send people back to')
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
  });
  try {
    if (once) {
      const report = await runOnce(started, flags.seed, (line) => process.stderr.write(`${line}\n`));
      print(flags.json === true ? JSON.stringify(report) : JSON.stringify(report, null, 2));
      return report.ok ? exitCodes.ok : exitCodes.failed;
    }
    const synced = await syncLast(started);
    for (const line of welcome(started, synced)) print(line);
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
  await visitor.activate({ login: last.address, password: last.password, ewsUrl: started.ewsUrl });
  return await visitor.waitForRun(since);
}

interface SimulateFlags {
  readonly exchangePort: number;
  readonly salesforcePort: number;
  readonly host: string;
  readonly users?: string;
  readonly mail?: string;
  readonly redirectUri?: readonly string[];
  readonly tlsKey?: string;
  readonly tlsCert?: string;
  readonly seed: number;
}

const usersSchema = z.array(
  z.object({
    name: z.string(),
    address: z.email(),
    userName: z.string(),
    password: z.string(),
    salesforceUsername: z.string(),
    aliases: z.array(z.email()).default([]),
  }),
);

async function simulate(flags: SimulateFlags): Promise<number> {
  if ((flags.tlsKey === undefined) !== (flags.tlsCert === undefined)) {
    process.stderr.write('Give --tls-key and --tls-cert together.\n');
    return exitCodes.usage;
  }
  const stopped = untilStopped();
  const people = flags.users === undefined ? colleagues : await readUsers(flags.users);
  if (people === null) return exitCodes.usage;
  const services = createServices({
    now: () => Date.now(),
    seed: flags.seed,
    redirectUris: flags.redirectUri ?? ['http://localhost:3000/login/salesforce/callback'],
    people,
  });
  if (flags.mail !== undefined) await seedFolder(services, flags.mail, Date.now());
  else if (flags.users === undefined) seedSamples(services, Date.now());
  const tls =
    flags.tlsKey === undefined || flags.tlsCert === undefined
      ? {}
      : { tls: { key: await readFile(flags.tlsKey, 'utf8'), cert: await readFile(flags.tlsCert, 'utf8') } };
  const served = await serveServices(services, {
    exchange: { host: flags.host, port: flags.exchangePort, ...tls },
    salesforce: { host: flags.host, port: flags.salesforcePort, ...tls },
  });
  print(`Exchange    ${served.exchange.origin}/EWS/Exchange.asmx`);
  print(`Salesforce  ${served.salesforce.origin}`);
  print(`App         client id ${SANDBOX_CLIENT_ID}, secret ${SANDBOX_CLIENT_SECRET}`);
  for (const one of people)
    print(`Login       ${one.address} or CONTOSO\\${one.userName}; Salesforce ${one.salesforceUsername}`);
  print(
    `Control     ${served.exchange.origin}/_control/exchange, ${served.salesforce.origin}/_control/salesforce`,
  );
  await aborted(stopped);
  await served.close();
  return exitCodes.ok;
}

async function readUsers(file: string): Promise<readonly Colleague[] | null> {
  try {
    const users = usersSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    if (users.length > 0) return users;
    process.stderr.write('The users file names nobody.\n');
  } catch (error) {
    const where =
      error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : '';
    process.stderr.write(`The users file cannot be used. ${where}\n`);
  }
  return null;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}
