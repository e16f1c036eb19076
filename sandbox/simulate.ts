/**
 * `lockstep simulate`: the four simulated services alone, on ports of one's choice, until stopped; for trying another client, or a product that
 * runs elsewhere.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { exitCodes } from '../src/server/cli/exit-codes.ts';
import { aborted, print, untilStopped } from '../src/server/cli/opening.ts';
import { redirectUrisOf } from './apps.ts';
import { type Colleague, colleagues, mailServiceNames, otherAccounts, serviceWords } from './cast.ts';
import { seedFolder, seedSamples } from './seed-mail.ts';
import {
  createServices,
  SANDBOX_CLIENT_ID,
  SANDBOX_CLIENT_SECRET,
  type ServedServices,
  serveServices,
} from './simulated-services.ts';

export interface SimulateFlags {
  readonly exchangePort: number;
  readonly office365Port: number;
  readonly googlePort: number;
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
    service: z.enum(mailServiceNames).default('exchange'),
    userName: z.string().optional(),
    password: z.string(),
    salesforceUsername: z.string(),
    aliases: z.array(z.email()).default([]),
  }),
);

/** Serves until a signal comes; the exit code. */
export async function simulate(flags: SimulateFlags): Promise<number> {
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
    redirectUris: flags.redirectUri ?? redirectUrisOf('http://localhost:3000'),
    people,
  });
  if (flags.mail !== undefined) await seedFolder(services, flags.mail, Date.now());
  else if (flags.users === undefined) seedSamples(services, Date.now());
  const tls =
    flags.tlsKey === undefined || flags.tlsCert === undefined
      ? {}
      : { tls: { key: await readFile(flags.tlsKey, 'utf8'), cert: await readFile(flags.tlsCert, 'utf8') } };
  const at = (port: number) => ({ host: flags.host, port, ...tls });
  const served = await serveServices(services, {
    exchange: at(flags.exchangePort),
    office365: at(flags.office365Port),
    google: at(flags.googlePort),
    salesforce: at(flags.salesforcePort),
  });
  for (const line of describe(served, people)) print(line);
  await aborted(stopped);
  await served.close();
  return exitCodes.ok;
}

/** Readers wait for the line that begins with *Control*: it is the last one. */
function describe(served: ServedServices, people: readonly Colleague[]): readonly string[] {
  const { exchange, office365, google, salesforce } = served;
  const controls = Object.entries({ exchange, office365, google, salesforce });
  return [
    `Exchange    ${exchange.origin}/EWS/Exchange.asmx`,
    `Office 365  ${office365.origin} (Entra ID), ${office365.origin}/v1.0 (Microsoft Graph)`,
    `Google      ${google.origin} (accounts, tokens), ${google.origin}/gmail/v1 (Gmail)`,
    `Salesforce  ${salesforce.origin}`,
    `Apps        client id ${SANDBOX_CLIENT_ID}, secret ${SANDBOX_CLIENT_SECRET}, the same at all`,
    ...people.map((one) => `Login       ${mailLogin(one)}; Salesforce ${one.salesforceUsername}`),
    ...otherAccounts.map(
      (one) =>
        `Login       ${one.address} at ${serviceWords[one.service]}${one.isAdmin ? ', administrator' : ''}`,
    ),
    `Control     ${controls.map(([name, { origin }]) => `${origin}/_control/${name}`).join(', ')}`,
  ];
}

/** How somebody signs in to his mailbox, and where. */
export function mailLogin(one: Colleague): string {
  const also = one.service === 'exchange' ? ` or CONTOSO\\${one.userName}` : '';
  return `${one.address}${also} at ${serviceWords[one.service]}`;
}

async function readUsers(file: string): Promise<readonly Colleague[] | null> {
  try {
    const users = usersSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const local = (address: string) => address.slice(0, address.indexOf('@'));
    if (users.length > 0)
      return users.map((one) => ({ ...one, userName: one.userName ?? local(one.address) }));
    process.stderr.write('The users file names nobody.\n');
  } catch (error) {
    const where =
      error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : '';
    process.stderr.write(`The users file cannot be used. ${where}\n`);
  }
  return null;
}
