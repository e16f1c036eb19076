/** The product's commands, each with help and exit codes. The sandbox's commands are added in `sandbox/lockstep.ts`. */
import { Command } from 'commander';
import { type AddinWish, writeGmailAddin, writeOutlookAddin } from './addin.ts';
import { doctor } from './doctor.ts';
import { erase } from './erase.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';
import { decideHeld, listHeld, showHeld } from './holds.ts';
import { rotateKeys } from './keys.ts';
import { deactivate, pause, resume } from './life.ts';
import { print, withLockstep } from './opening.ts';
import { type BudgetFlags, planBudgetCommand } from './plan-budget.ts';
import { runs } from './runs.ts';
import { serve, work } from './serve.ts';
import { sync } from './sync.ts';

/** Ends with the code that a command resolved with. */
export type Finish = (code: number) => void;

/** Builds the program; `finish` is called once, with the exit code. */
export function buildProgram(finish: Finish): Command {
  const program = new Command('lockstep')
    .description('Keeps mailboxes and Salesforce in step, every 30 minutes, day and night.')
    .addHelpText('after', exitCodesHelp)
    .exitOverride()
    .configureHelp({ sortSubcommands: false });
  program
    .command('serve', { isDefault: true })
    .description('serve the pages and the API, and work')
    .option('--no-worker', 'serve only; workers run elsewhere')
    .addHelpText('after', exitCodesHelp)
    .action(async (flags: { worker: boolean }) => finish(await serve(flags)));
  program
    .command('worker')
    .description('work only; any number on any number of machines, over one DATABASE_URL')
    .addHelpText('after', exitCodesHelp)
    .action(async () => finish(await work()));
  program
    .command('migrate')
    .description('bring the database up to date (serve and worker do so too)')
    .addHelpText('after', exitCodesHelp)
    .action(async () =>
      finish(
        await withLockstep(async () => {
          print('The database is up to date.');
          return exitCodes.ok;
        }),
      ),
    );
  addSync(program, finish);
  addLife(program, finish);
  program
    .command('runs')
    .description('list the runs of the last 30 days, with counts, requests and durations')
    .requiredOption('--csv', 'print CSV')
    .addHelpText('after', exitCodesHelp)
    .action(async () => finish(await runs()));
  addHolds(program, finish);
  addErase(program, finish);
  addKeys(program, finish);
  addAddin(program, finish);
  addPlanBudget(program, finish);
  program
    .command('doctor')
    .description('look at this installation and name each fault with its remedy')
    .option('--json', 'print JSON')
    .addHelpText('after', exitCodesHelp)
    .action(async (flags: { json?: boolean }) => finish(await doctor({ json: flags.json === true })));
  return program;
}

function addSync(program: Command, finish: Finish): void {
  program
    .command('sync')
    .description('sync one mailbox now')
    .requiredOption('--mailbox <address>', 'the mailbox’s address')
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'print JSON')
    .addHelpText('after', exitCodesHelp)
    .action(async (flags: { mailbox: string; dryRun?: boolean; json?: boolean }) =>
      finish(
        await sync({ mailbox: flags.mailbox, dryRun: flags.dryRun === true, json: flags.json === true }),
      ),
    );
}

function addLife(program: Command, finish: Finish): void {
  program
    .command('pause')
    .description('pause one mailbox; a run under way ends soon')
    .argument('<address>', 'the mailbox’s address')
    .option('--until <date>', 'when sync resumes by itself, as 2026-08-31 or 2026-08-31T08:00:00Z')
    .addHelpText('after', exitCodesHelp)
    .action(async (address: string, flags: { until?: string }) => finish(await pause(address, flags)));
  program
    .command('resume')
    .description('resume one mailbox that is paused or suspended')
    .argument('<address>', 'the mailbox’s address')
    .option('--skip', 'leave out the mail that came meanwhile instead of catching up')
    .addHelpText('after', exitCodesHelp)
    .action(async (address: string, flags: { skip?: boolean }) =>
      finish(await resume(address, { skip: flags.skip === true })),
    );
  program
    .command('deactivate')
    .description('switch one mailbox off, give its access back and erase its credential')
    .argument('<address>', 'the mailbox’s address')
    .option('--purge', 'forget links and settings at once instead of after 30 days')
    .option('--remove-marks', 'also take Lockstep’s categories off the mails of the mailbox')
    .addHelpText('after', exitCodesHelp)
    .action(async (address: string, flags: { purge?: boolean; removeMarks?: boolean }) =>
      finish(
        await deactivate(address, {
          purge: flags.purge === true,
          removeMarks: flags.removeMarks === true,
        }),
      ),
    );
}

function addHolds(program: Command, finish: Finish): void {
  const holds = program
    .command('holds')
    .description('deletions that wait for a person’s word, since unusually many came at once');
  holds
    .command('list')
    .description('those that wait')
    .option('--json', 'print JSON')
    .addHelpText('after', exitCodesHelp)
    .action(async (flags: { json?: boolean }) => finish(await listHeld({ json: flags.json === true })));
  holds
    .command('show')
    .description('one of them, with how many records it still holds')
    .argument('<id>', 'as the list names it')
    .option('--json', 'print JSON')
    .addHelpText('after', exitCodesHelp)
    .action(async (id: string, flags: { json?: boolean }) =>
      finish(await showHeld(id, { json: flags.json === true })),
    );
  for (const [verb, to, what] of [
    [
      'release',
      'released',
      'let the deletions go: the next run moves the records to Salesforce’s recycle bin',
    ],
    ['keep', 'dropped', 'keep the records in Salesforce; they are no longer kept in step'],
  ] as const)
    holds
      .command(verb)
      .description(what)
      .argument('<id>', 'as the list names it')
      .addHelpText('after', exitCodesHelp)
      .action(async (id: string) => finish(await decideHeld(id, to)));
}

function addErase(program: Command, finish: Finish): void {
  program
    .command('erase')
    .description('list what Lockstep wrote about one person in Salesforce, and remove it on demand')
    .argument('<address>', 'the person’s address')
    .option('--remove', 'move it to Salesforce’s recycle bin; what people made themselves stays')
    .addHelpText('after', exitCodesHelp)
    .action(async (address: string, flags: { remove?: boolean }) =>
      finish(await erase(address, { remove: flags.remove === true })),
    );
}

function addKeys(program: Command, finish: Finish): void {
  program
    .command('keys')
    .description('keys of sealed credentials')
    .command('rotate')
    .description(
      'wrap all keys with the present MASTER_KEY (name the old one in PREVIOUS_MASTER_KEYS); safe while running',
    )
    .option('--data-keys', 'also seal credentials and cursors with new data keys')
    .addHelpText('after', exitCodesHelp)
    .action(async (flags: { dataKeys?: boolean }) =>
      finish(await rotateKeys({ dataKeys: flags.dataKeys === true })),
    );
}

function addPlanBudget(program: Command, finish: Finish): void {
  program
    .command('plan-budget')
    .description('reckon what Salesforce’s daily API allowance is enough for')
    .requiredOption('--mailboxes <number>', 'mailboxes that are to be kept in step')
    .option('--interval <minutes>', 'from run to run', '30')
    .option('--allowance <requests>', 'API requests that Salesforce allows in 24 hours')
    .option('--edition <edition>', 'instead: enterprise, unlimited, developer or sandbox')
    .option('--licenses <number>', 'user licenses of that edition; as many as mailboxes unless told')
    .option('--share <share>', 'the part of it that may be used, 0 to 1', '0.8')
    .option('--items <number>', 'items of one mailbox on an average day', '40')
    .option('--hints', 'services tell between runs that something moved')
    .option('--json', 'print JSON')
    .addHelpText('after', exitCodesHelp)
    .action((flags: BudgetFlags) => finish(planBudgetCommand(flags)));
}

function addAddin(program: Command, finish: Finish): void {
  const addin = program.command('addin').description('the sidebar inside of mail clients (docs/addins.md)');
  for (const [name, what, write] of [
    ['outlook', 'the manifests of the Outlook add-in', writeOutlookAddin],
    ['gmail', 'the Chrome extension for Gmail', writeGmailAddin],
  ] as const)
    addin
      .command(name)
      .description(`write ${what} for one installation`)
      .requiredOption('--url <origin>', 'where people reach the installation')
      .requiredOption('--out <folder>', 'the folder to write')
      .addHelpText('after', exitCodesHelp)
      .action(async (wish: AddinWish) => finish(await write(wish)));
}
