/**
 * What every CRM connector must do, whatever the service: one suite, run on the in-memory reference first and on each real connector with its simulator.
 * A behaviour that a service cannot show is skipped by name, with the reason printed.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { catalogue } from '../../src/model/catalogue.ts';
import type { LookUpQuery, Person } from '../../src/model/connector.ts';
import type { EmailKey } from '../../src/model/ids.ts';
import { type Check, type CrmWorld, failureOf, saved } from '../support/crm-world.ts';
import { draftOf, file } from '../support/drafts.ts';
import { describeRecords, describeRemoving } from './crm-records.contract.ts';
import { describeUsers } from './crm-users.contract.ts';

export interface CrmContract {
  readonly name: string;
  readonly open: () => Promise<CrmWorld>;
  /** Tests, by title, that this service cannot show. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

const nothingAsked: LookUpQuery = { addresses: [], domains: [], keys: [], relateTo: 'account' };

/** Declares the suite for one connector. */
export function runCrmContract(contract: CrmContract): void {
  const skipped = new Map(
    (contract.skip ?? []).flatMap(({ reason, tests }) => tests.map((t) => [t, reason])),
  );
  let world: CrmWorld | null = null;

  const check = (title: string, body: (opened: CrmWorld) => Promise<void>): void => {
    test(title, async (context) => {
      const reason = skipped.get(title);
      if (reason !== undefined) context.skip(reason);
      world = await contract.open();
      await body(world);
    });
  };

  describe(`${contract.name} keeps the contract of a CRM`, () => {
    afterEach(async () => {
      await world?.close();
      world = null;
    });
    describeReading(check);
    describeSaving(check);
    describeRecords(check);
    describeRemoving(check);
    describeUsers(check);
    describeTrouble(check);
  });
}

function describeReading(check: Check): void {
  check('says who is connected', async ({ crm }) => {
    const identity = await crm.identify();
    expect(identity.organizationId).toMatch(/^00D\w{15}$/);
    expect(identity.userId).toMatch(/^005\w{15}$/);
    expect(identity.email).toBe(identity.email.toLowerCase());
    expect(() => new Intl.DateTimeFormat('en', { timeZone: identity.timeZone })).not.toThrow();
  });

  check('an idle run is one request, and the allowance is read from it', async ({ crm }) => {
    expect(crm.usage()).toBeNull();
    const { usage } = await crm.poll();
    expect(crm.traffic().requests).toBe(1);
    expect(usage).toEqual(crm.usage());
    expect(usage?.used).toBeLessThanOrEqual(usage?.max ?? 0);
  });

  check('every capability of a sound org is found', async ({ crm }) => {
    const results = await crm.check();
    expect(results.length).toBeGreaterThan(0);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  });

  check('people are found by every e-mail field, and each address is answered by itself', async (opened) => {
    const accountId = await opened.addAccount('acme.example');
    const kim = await opened.addPerson({
      kind: 'contact',
      addresses: ['kim@acme.example', 'kim.private@mail.example'],
      accountId,
    });
    const lead = await opened.addPerson({ kind: 'lead', addresses: ['lead@new.example'], accountId: null });
    const addresses = [
      'kim.private@mail.example',
      'kim@acme.example',
      'lead@new.example',
      'nobody@x.example',
    ];
    const { people } = await opened.crm.lookUp({ ...nothingAsked, addresses });
    const told = new Map(people.map((person) => [person.address, person]));
    expect([...told.keys()].toSorted()).toEqual(addresses.slice(0, 3));
    expect(told.get('kim@acme.example')).toMatchObject({ kind: 'contact', recordId: kim, accountId });
    expect(told.get('kim.private@mail.example')).toMatchObject({ kind: 'contact', recordId: kim });
    expect(told.get('lead@new.example')).toMatchObject({ kind: 'lead', recordId: lead, accountId: null });
  });

  check('users of the CRM are internal', async (opened) => {
    const userId = await opened.addPerson({
      kind: 'internal',
      addresses: ['colleague@contoso.example'],
      accountId: null,
    });
    const { people } = await opened.crm.lookUp({ ...nothingAsked, addresses: ['colleague@contoso.example'] });
    expect(people).toMatchObject([{ kind: 'internal', recordId: userId }]);
  });

  check('accounts are found by their domain and no other', async (opened) => {
    const accountId = await opened.addAccount('acme.example');
    await opened.addAccount('notacme.example');
    const { accounts } = await opened.crm.lookUp({
      ...nothingAsked,
      domains: ['acme.example', 'cme.example'],
    });
    expect(accounts).toEqual([{ domain: 'acme.example', recordId: accountId }]);
  });

  check('a matched account brings its open opportunity', async (opened) => {
    const accountId = await opened.addAccount('acme.example');
    const other = await opened.addAccount('other.example');
    const opportunity = await opened.addOpportunity(accountId);
    const query = { ...nothingAsked, domains: ['acme.example', 'other.example'] };
    const asked = await opened.crm.lookUp({ ...query, relateTo: 'opportunity' });
    expect(asked.related.get(accountId)).toBe(opportunity);
    expect(asked.related.has(other)).toBe(false);
    expect((await opened.crm.lookUp(query)).related.size).toBe(0);
  });

  check('addresses that look like query language find nobody and break nothing', async ({ crm }) => {
    const addresses = [
      "o'brien@acme.example",
      "x') OR (Id != '",
      'a\\@b.example',
      '%@acme.example',
      'ü@ü.example',
    ];
    const keys = ["k'ey\\@x.example" as EmailKey];
    const result = await crm.lookUp({ ...nothingAsked, addresses, keys, domains: ["a'%_.example"] });
    expect([result.people, result.emails, result.accounts]).toEqual([[], [], []]);
  });

  check('a look-up as large as it may be is answered', async (opened) => {
    const { lookUpMax } = await opened.crm.capabilities();
    await opened.addPerson({ kind: 'contact', addresses: ['kim@acme.example'], accountId: null });
    const addresses = Array.from(
      { length: lookUpMax - 1 },
      (_, at) => `person.number.${at}@company-${at}.example`,
    );
    const keys = addresses.map(
      (address, at) => `${at}.a-rather-long-message-id.${at}.${address}` as EmailKey,
    );
    const { people } = await opened.crm.lookUp({
      ...nothingAsked,
      addresses: [...addresses, 'kim@acme.example'],
      domains: addresses.map((_, at) => `company-${at}.example`),
      keys,
    });
    expect(people.map(({ address }) => address)).toEqual(['kim@acme.example']);
  });
}

async function somePeople(opened: CrmWorld): Promise<readonly Person[]> {
  const contact = { kind: 'contact' as const, addresses: ['kim@acme.example'], accountId: null };
  const lead = { kind: 'lead' as const, addresses: ['lee@new.example'], accountId: null };
  await opened.addPerson(contact);
  await opened.addPerson(lead);
  const addresses = [...contact.addresses, ...lead.addresses];
  const { people } = await opened.crm.lookUp({ ...nothingAsked, addresses });
  return people;
}

function describeSaving(check: Check): void {
  check('mails are saved with their relations and files, once', async (opened) => {
    const people = await somePeople(opened);
    const relatedTo = await opened.addAccount('acme.example');
    const batch = [
      draftOf({ people, relatedTo, files: [file('offer.pdf', 900), file('plan.xlsx', 70_000)] }),
      draftOf({ people: people.slice(0, 1), outgoing: true }),
      draftOf({ people: people.slice(0, 1), files: [file('large.bin', 5 * 1024 * 1024)] }),
    ];
    const results = saved(await opened.crm.saveEmails(batch));
    expect(results.map(({ key, created, files }) => ({ key, created, files }))).toEqual([
      { key: batch[0]?.key, created: true, files: 2 },
      { key: batch[1]?.key, created: true, files: 0 },
      { key: batch[2]?.key, created: true, files: 1 },
    ]);
    const stored = await opened.readEmails();
    const first = stored.get(batch[0]?.key as EmailKey);
    expect(first).toHaveLength(1);
    expect(first?.[0]).toMatchObject({
      recordId: results[0]?.recordId,
      subject: batch[0]?.head.subject,
      relatedTo,
      incoming: true,
    });
    expect(first?.[0]?.people.toSorted()).toEqual(people.map(({ recordId }) => recordId).toSorted());
    expect(first?.[0]?.fileSizes.toSorted((one, other) => one - other)).toEqual([900, 70_000]);
    expect(stored.get(batch[1]?.key as EmailKey)?.[0]?.incoming).toBe(false);
    expect(stored.get(batch[2]?.key as EmailKey)?.[0]?.fileSizes).toEqual([5 * 1024 * 1024]);
  });

  check('a saved mail is found by its key', async (opened) => {
    const draft = draftOf({ key: 'With.Case+and~signs=@Acme.example' });
    const [result] = saved(await opened.crm.saveEmails([draft]));
    const other = `${draft.key}x` as EmailKey;
    const { emails } = await opened.crm.lookUp({ ...nothingAsked, keys: [draft.key, other] });
    expect(emails).toEqual([{ key: draft.key, recordId: result?.recordId }]);
  });

  check('saving again what was found writes nothing', async (opened) => {
    const draft = draftOf({ files: [file('one.pdf', 500), file('one.pdf', 500)] });
    const [first] = saved(await opened.crm.saveEmails([draft]));
    const again = await opened.reopen();
    const { emails } = await again.lookUp({ ...nothingAsked, keys: [draft.key] });
    const found = emails[0]?.recordId ?? null;
    const [second] = saved(await again.saveEmails([{ ...draft, recordId: found }]));
    expect(second).toEqual({ ok: true, key: draft.key, recordId: first?.recordId, created: false, files: 0 });
    const stored = (await opened.readEmails()).get(draft.key);
    expect(stored).toHaveLength(1);
    expect(stored?.[0]?.fileSizes).toEqual([500, 500]);
  });

  check('a found record gets only the files that it lacks', async (opened) => {
    const draft = draftOf({ files: [file('one.pdf', 500)] });
    const [first] = saved(await opened.crm.saveEmails([draft]));
    const more = {
      ...draft,
      recordId: first?.recordId ?? null,
      content: { ...draft.content, attachments: [file('one.pdf', 500), file('two.pdf', 600)] },
    };
    const [second] = saved(await opened.crm.saveEmails([more]));
    expect(second).toMatchObject({ created: false, files: 1 });
    const stored = (await opened.readEmails()).get(draft.key);
    expect(stored?.[0]?.fileSizes.toSorted()).toEqual([500, 600]);
  });

  check('the service itself refuses a second record where it says so', async (opened) => {
    const { externalKey } = await opened.crm.capabilities();
    expect(externalKey).toBe(true);
    const draft = draftOf({ files: [file('one.pdf', 500)] });
    const colleague = await opened.reopen();
    const [first] = saved(await opened.crm.saveEmails([draft]));
    const [second] = saved(await colleague.saveEmails([draft]));
    expect(second).toMatchObject({ recordId: first?.recordId, created: false, files: 0 });
    expect((await opened.readEmails()).get(draft.key)).toHaveLength(1);
  });

  check('a full batch is saved, in the order asked', async (opened) => {
    const { emailsMax } = await opened.crm.capabilities();
    const batch = Array.from({ length: emailsMax }, (_, at) =>
      draftOf(at % 10 === 0 ? { files: [file(`file-${at}.txt`, at + 1)] } : {}),
    );
    const results = saved(await opened.crm.saveEmails(batch));
    expect(results.map(({ key }) => key)).toEqual(batch.map(({ key }) => key));
    expect(new Set(results.map(({ recordId }) => recordId)).size).toBe(emailsMax);
    expect((await opened.readEmails()).size).toBe(emailsMax);
  });

  check('mail that is larger than the fields is saved, cut', async (opened) => {
    const draft = draftOf({ subject: `Long ${'😀'.repeat(4_000)}` });
    const content = { ...draft.content, text: 'é😀'.repeat(80_000), html: `<p>${'x'.repeat(300_000)}</p>` };
    const head = {
      ...draft.head,
      to: Array.from({ length: 600 }, (_, at) => ({
        address: `recipient.${at}@somewhere.example`,
        name: '',
      })),
    };
    saved(await opened.crm.saveEmails([{ ...draft, head, content }]));
    expect((await opened.readEmails()).get(draft.key)).toHaveLength(1);
  });

  check('text that looks like a template is saved as it stands, with its files', async (opened) => {
    const traps = [
      '@{mail.id} and {!Contact.Name}',
      '{{name}} %s $x',
      "'); DROP TABLE mail; --",
      '\\u0000 \u0000 \ud800 end',
    ];
    const batch = traps.map((text) =>
      draftOf({ text, subject: `Trap ${text}`, files: [file('@{x.y} a.txt', 30), file('b.txt', 40)] }),
    );
    const results = saved(await opened.crm.saveEmails(batch));
    expect(results.map(({ files }) => files)).toEqual(traps.map(() => 2));
    const stored = await opened.readEmails();
    expect(stored.get(batch[0]?.key as EmailKey)?.[0]?.subject).toBe(`Trap ${traps[0]}`);
    for (const { key } of batch) expect(stored.get(key)?.[0]?.fileSizes.toSorted()).toEqual([30, 40]);
  });

  check('nothing to save is no request', async ({ crm }) => {
    await crm.capabilities();
    const { requests } = crm.traffic();
    expect(await crm.saveEmails([])).toEqual([]);
    expect(crm.traffic().requests - requests).toBeLessThanOrEqual(1);
  });
}

function describeTrouble(check: Check): void {
  check('a mail that a rule refuses does not stop the others', async (opened) => {
    const bad = draftOf({ subject: 'Refused by a rule' });
    const badWithFile = draftOf({ subject: 'Refused by a rule', files: [file('a.txt', 10)] });
    const good = [draftOf(), draftOf({ files: [file('b.txt', 20)] })];
    await opened.refuseSubject('Refused by a rule');
    const results = await opened.crm.saveEmails([...good, bad, badWithFile]);
    expect(results.map(({ ok }) => ok)).toEqual([true, true, false, false]);
    for (const result of results) {
      if (result.ok) continue;
      expect(result.failure.kind).toBe('bad-item');
      expect(JSON.stringify(result.failure)).not.toContain('Refused');
    }
    const stored = await opened.readEmails();
    expect(good.every(({ key }) => stored.get(key)?.length === 1)).toBe(true);
    expect(stored.has(bad.key) || stored.has(badWithFile.key)).toBe(false);
  });

  check('withdrawn access is named, and counts as what it is', async (opened) => {
    await opened.crm.poll();
    await opened.revoke();
    for (const call of [
      () => opened.crm.poll(),
      () => opened.crm.lookUp({ ...nothingAsked, addresses: ['kim@acme.example'] }),
      () => opened.crm.saveEmails([draftOf()]),
    ]) {
      const failure = await failureOf(call());
      expect(failure.kind).toBe('authorization-revoked');
      expect(catalogue[failure.code].side).toBe('crm');
    }
  });
}
