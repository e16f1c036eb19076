/** A company of any size for the load: a third of it on each service, names by number. */
import { COMPANY_DOMAIN, type Colleague, mailServiceNames, SANDBOX_PASSWORD } from '../../sandbox/cast.ts';

export function loadPeople(count: number): readonly Colleague[] {
  return Array.from({ length: count }, (_, at) => {
    const address = `person${at}@${COMPANY_DOMAIN}`;
    return {
      service: mailServiceNames[at % mailServiceNames.length] ?? 'exchange',
      name: `Person Number${at}`,
      address,
      aliases: [],
      userName: `person${at}`,
      password: SANDBOX_PASSWORD,
      salesforceUsername: address,
    };
  });
}
