/** The in-memory reference passes the contract that it stands in for. */
import { failure } from '../../src/model/failure.ts';
import type { EmailKey, RecordId } from '../../src/model/ids.ts';
import type { CrmWorld, StoredEmail } from '../support/crm-world.ts';
import { createMemoryCrm, createMemoryOrg } from '../support/memory-crm.ts';
import { runCrmContract } from './crm-connector.contract.ts';

async function open(): Promise<CrmWorld> {
  const org = createMemoryOrg();
  // The first one is the connected user.
  let ids = 1;
  const nextId = (prefix: string): RecordId => {
    ids += 1;
    return `${prefix}${String(ids).padStart(12, '0')}AAA` as RecordId;
  };
  const prefixes = { contact: '003', lead: '00Q', internal: '005' } as const;
  const refused = new Set<string>();
  return {
    crm: wrap(),
    reopen: async () => wrap(),
    async addPerson(person) {
      const recordId = nextId(prefixes[person.kind]);
      org.people.push({ ...person, recordId, name: 'Kim' });
      return recordId;
    },
    async addUser({ isActive = true, isPortal = false, profile = 'Sales', ...user }) {
      const userId = nextId('005');
      const name = user.username.split('@')[0] ?? '';
      const email = user.email.toLowerCase();
      if (!isPortal)
        org.users.push({ ...user, email, userId, name, isActive, profile, timeZone: 'Europe/Paris' });
      return userId;
    },
    async addAccount(domain) {
      const recordId = nextId('001');
      org.accounts.push({ domain, recordId });
      return recordId;
    },
    async addOpportunity(accountId) {
      const recordId = nextId('006');
      org.related.push({ kind: 'opportunity', accountId, recordId });
      return recordId;
    },
    async readEmails() {
      const stored = new Map<EmailKey, StoredEmail[]>();
      for (const email of org.emails)
        stored.set(email.key, [
          ...(stored.get(email.key) ?? []),
          { ...email, fileSizes: email.files.map(({ bytes }) => bytes.length) },
        ]);
      return stored;
    },
    async refuseSubject(subject) {
      refused.add(subject);
    },
    async revoke() {
      org.outage = failure('crm.authorization-revoked');
    },
    close: async () => undefined,
  };

  function wrap() {
    const crm = createMemoryCrm(org);
    return {
      ...crm,
      saveEmails: (drafts: Parameters<typeof crm.saveEmails>[0]) => {
        for (const draft of drafts)
          if (refused.has(draft.head.subject)) org.refusals.set(draft.key, failure('crm.validation-rule'));
        return crm.saveEmails(drafts);
      },
    };
  }
}

runCrmContract({ name: 'The reference in memory', open });
