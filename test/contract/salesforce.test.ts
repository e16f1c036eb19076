/** The Salesforce connector keeps the contract, on the Salesforce simulator: with its key field deployed, and signed in as a person signs in. */
import type { SalesforceSimulator } from '../../simulators/salesforce/simulator.ts';
import type { EmailKey, RecordId } from '../../src/model/ids.ts';
import type { CrmWorld, StoredEmail } from '../support/crm-world.ts';
import { startSalesforceBench } from '../support/salesforce-bench.ts';
import { runCrmContract } from './crm-connector.contract.ts';

async function open(): Promise<CrmWorld> {
  const { simulator, connect } = await startSalesforceBench({ keyField: true });
  const insert = (object: string, record: Record<string, string | null | boolean>): RecordId =>
    simulator.insert(object, [record])[0] as RecordId;
  return {
    crm: await connect(),
    reopen: connect,
    async addPerson({ kind, addresses, accountId }) {
      const [Email = '', other = null] = addresses;
      if (kind === 'contact')
        return insert('Contact', { LastName: 'Kim', Email, Private_Email__c: other, AccountId: accountId });
      if (kind === 'lead')
        return insert('Lead', { LastName: 'Lee', Company: 'New', Email, IsConverted: false });
      return simulator.addUser({ username: Email, password: 'x', email: Email }).id as RecordId;
    },
    async addUser({ isActive = true, isPortal = false, profile = 'Sales', ...user }) {
      const userType = isPortal ? 'CspLitePortal' : 'Standard';
      const { id } = simulator.addUser({
        ...user,
        password: 'x',
        profile,
        userType,
        timeZone: 'Europe/Paris',
      });
      if (!isActive) simulator.changeUser(user.username, { active: false });
      return id;
    },
    addAccount: async (domain) => insert('Account', { Name: domain, Website: `https://www.${domain}/en` }),
    addOpportunity: async (accountId) =>
      insert('Opportunity', {
        Name: 'Spring',
        AccountId: accountId,
        StageName: 'Prospecting',
        CloseDate: '2026-12-24',
        IsClosed: false,
      }),
    readEmails: async () => readEmails(simulator),
    async refuseSubject(subject) {
      simulator.addValidationRule({
        object: 'EmailMessage',
        condition: `Subject = '${subject}'`,
        message: 'No such mail here.',
      });
    },
    async revoke() {
      simulator.endSessions();
      simulator.revokeRefreshTokens();
    },
    close: async () => undefined,
  };
}

function readEmails(simulator: SalesforceSimulator): ReadonlyMap<EmailKey, readonly StoredEmail[]> {
  const stored = new Map<EmailKey, StoredEmail[]>();
  const relations = simulator.records('EmailMessageRelation');
  const links = simulator.records('ContentDocumentLink');
  const documents = new Map(simulator.records('ContentDocument').map((row) => [row.Id, row]));
  for (const row of simulator.records('EmailMessage')) {
    const people = relations
      .filter((relation) => relation.EmailMessageId === row.Id && relation.RelationId)
      .map((relation) => String(relation.RelationId));
    const key = String(row.MessageIdentifier) as EmailKey;
    const email: StoredEmail = {
      recordId: String(row.Id),
      subject: String(row.Subject),
      people: [...new Set(people)],
      relatedTo: row.RelatedToId === null || row.RelatedToId === undefined ? null : String(row.RelatedToId),
      incoming: row.Incoming === true,
      fileSizes: links
        .filter((link) => link.LinkedEntityId === row.Id)
        .map((link) => Number(documents.get(link.ContentDocumentId)?.ContentSize)),
    };
    stored.set(key, [...(stored.get(key) ?? []), email]);
  }
  return stored;
}

runCrmContract({ name: 'Salesforce', open });
