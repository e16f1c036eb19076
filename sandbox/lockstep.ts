/**
 * The command line of a checkout: the product's commands, and those that need the simulators. Exit codes are those of
 * `src/server/cli/exit-codes.ts`.
 */
import { CommanderError } from 'commander';
import { exitCodes } from '../src/server/cli/exit-codes.ts';
import { buildProgram } from '../src/server/cli/program.ts';
import { addSandboxCommands } from './commands.ts';

const program = buildProgram((code) => {
  process.exitCode = code;
});
addSandboxCommands(program, (code) => {
  process.exitCode = code;
});

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  else {
    // Messages of what failed to start are ours or the system's; nothing of a mailbox is open yet.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCodes.failed;
  }
}
