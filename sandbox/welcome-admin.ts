/**
 * What the sandbox prints for administrators: who is one, how the company's people are switched on at once, and how that goes wrong. The files that the
 * console asks for lie beside the database.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPANY_DOMAIN, type Colleague, colleagues, SANDBOX_PASSWORD } from './cast.ts';
import { type Company, departmentOf, flaws } from './company.ts';
import type { Sandbox } from './sandbox.ts';

export interface CompanyFiles {
  readonly people: string;
  readonly googleKey: string;
  readonly salesforceKey: string;
}

/** Writes what an administrator would upload or paste. */
export async function writeCompanyFiles(company: Company, folder: string): Promise<CompanyFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = {
    people: join(folder, 'people.csv'),
    googleKey: join(folder, 'google-key.json'),
    salesforceKey: join(folder, 'salesforce-key.pem'),
  };
  await writeFile(files.people, company.csv(['exchange', 'office365', 'google']), { mode: 0o600 });
  await writeFile(files.googleKey, company.access.google.keyFile, { mode: 0o600 });
  await writeFile(files.salesforceKey, company.access.salesforce.privateKey, { mode: 0o600 });
  return files;
}

export function welcomeAdmin(
  { url, ewsUrl, salesforceUrl, company }: Sandbox,
  files: CompanyFiles,
): readonly string[] {
  const end = ['  Ctrl+C stops everything. The next start begins anew.', ''];
  if (company.people.length === 0) return end;
  const admin = colleagues.at(-1) as Colleague;
  const { exchange, office365, salesforce } = company.access;
  const broken = company.people.filter((one) => one.flaw !== null).length;
  return [
    `  For administrators: log in as ${admin.salesforceUsername} and open ${url}/admin.`,
    `    ${company.people.length} people more wait to be switched on at once; with ${broken} of them something is wrong, in ${flaws.length} ways.`,
    '    1. Access, one of each:',
    `       Exchange     login ${exchange.login}, password ${SANDBOX_PASSWORD}, EWS link ${ewsUrl}`,
    `       Office 365   tenant ${office365.tenant}, client id ${office365.clientId}, secret ${office365.clientSecret}`,
    `       Google       the key file ${files.googleKey}`,
    `       Salesforce   host ${new URL(salesforceUrl).origin}, consumer key ${salesforce.clientId}, user ${salesforce.username}, the key ${files.salesforceKey}`,
    `       Mailboxes to try them with: ${sample(company, 'exchange')}, ${sample(company, 'office365')}, ${sample(company, 'google')}`,
    '    2. Profiles: one for each service, with its access and the one of Salesforce.',
    `    3. Import ${files.people}, or from Salesforce by department (${(['exchange', 'office365', 'google'] as const).map(departmentOf).join(', ')}).`,
    '    4. Roll out: pre-flight, then waves.',
    `    Everybody who is not broken then opens ${url} and sees no dialog; the domain is ${COMPANY_DOMAIN}, the password ${SANDBOX_PASSWORD}.`,
    '',
    ...end,
  ];
}

function sample({ people }: Company, service: Colleague['service']): string {
  return people.find((one) => one.service === service && one.flaw === null)?.address ?? '';
}
