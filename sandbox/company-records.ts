/** What the sandbox's Salesforce knows of the customers: accounts by company, contacts below them, leads. */
import type { SalesforceSimulator } from '../simulators/salesforce/simulator.ts';
import { type Customer, domainOfAddress } from './cast.ts';

/** Inserts accounts, contacts and leads for the customers that are in the CRM. */
export function companyRecords(salesforce: SalesforceSimulator, customers: readonly Customer[]): void {
  const contacts = customers.filter((one) => one.kind === 'contact');
  const companies = [...new Map(contacts.map((one) => [one.company, domainOfAddress(one.address)]))];
  const ids = salesforce.insert(
    'Account',
    companies.map(([name, domain]) => ({ Name: name, Website: `https://www.${domain}` })),
  );
  const accountOf = new Map(companies.map(([name], at) => [name, ids[at] ?? null]));
  salesforce.insert(
    'Contact',
    contacts.map((one) => ({
      FirstName: one.firstName,
      LastName: one.lastName,
      Email: one.address,
      AccountId: accountOf.get(one.company) ?? null,
    })),
  );
  salesforce.insert(
    'Lead',
    customers
      .filter((one) => one.kind === 'lead')
      .map((one) => ({
        FirstName: one.firstName,
        LastName: one.lastName,
        Email: one.address,
        Company: one.company,
      })),
  );
}
