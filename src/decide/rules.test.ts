/** What the rules answer about an address, a domain and an instant (E2, R4, S3). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { domainFacts, rules } from '../../test/support/builders.ts';
import { defaultSettings } from '../model/settings.ts';
import { compileRules, domainOf, type Gap } from './rules.ts';

const SEED = 20_261_128;

function compiled(change: Partial<Parameters<typeof compileRules>[0]> = {}) {
  return compileRules({
    settings: defaultSettings,
    addresses: ['anna@contoso.example'],
    historyFrom: 1_500,
    facts: domainFacts,
    ...change,
  });
}

describe('own and internal', () => {
  test('every address of the mailbox is its own, in any spelling of the list, and a colleague’s is not', () => {
    const asked = rules({}, ['Anna@Contoso.example', 'a.smith@gmail.com']);
    expect(asked.isOwn('anna@contoso.example')).toBe(true);
    expect(asked.isOwn('a.smith@gmail.com')).toBe(true);
    expect(asked.isOwn('ben@contoso.example')).toBe(false);
    expect(asked.isInternal('ben@contoso.example')).toBe(true);
  });

  test('domains that settings name are internal with their subdomains, however they are written', () => {
    for (const entry of ['group.example', '@group.example', '*.group.example', ' GROUP.example ']) {
      const asked = rules({ internalDomains: [entry] });
      expect(asked.isInternal('x@group.example'), entry).toBe(true);
      expect(asked.isInternal('x@eu.mail.group.example'), entry).toBe(true);
      expect(asked.isInternal('x@mygroup.example'), entry).toBe(false);
      expect(asked.isInternal('x@example'), entry).toBe(false);
    }
  });

  test('an own address without a domain makes nobody internal', () => {
    const asked = rules({}, ['anna']);
    expect(asked.isInternal('anna')).toBe(true);
    expect(asked.isInternal('ben')).toBe(false);
    expect(asked.isInternal('')).toBe(false);
  });
});

describe('a blocklist', () => {
  test('means one address, or a domain and all below it, and never its parent', () => {
    const asked = rules({ blocklist: ['Doc@clinic.example', 'eu.acme.example'] });
    expect(asked.isBlocked('doc@clinic.example')).toBe(true);
    expect(asked.isBlocked('nurse@clinic.example')).toBe(false);
    expect(asked.isBlocked('x@a.b.eu.acme.example')).toBe(true);
    expect(asked.isBlocked('x@acme.example')).toBe(false);
  });

  test('takes a mark at the beginning of an entry away, and none inside of it', () => {
    const asked = rules({ blocklist: ['*.a.*.b', '@x@y.example'] });
    expect(asked.isBlocked('z@a.*.b')).toBe(true);
    expect(asked.isBlocked('z@a.b')).toBe(false);
    expect(asked.isBlocked('x@y.example')).toBe(true);
  });

  test('covers whatever stands below a domain, and nothing else', () => {
    const label = fc.constantFrom('a', 'b', 'acme', 'notacme', 'example');
    const domain = fc.array(label, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(domain, domain, (listed, asked) => {
        const isBelow = asked.length >= listed.length && asked.slice(-listed.length).join() === listed.join();
        const blocking = rules({ blocklist: [listed.join('.')] });
        expect(blocking.isBlocked(`x@${asked.join('.')}`)).toBe(isBelow);
      }),
      { seed: SEED },
    );
  });
});

describe('the domain of an account', () => {
  test('is the registrable part of an outside domain', () => {
    expect(rules().accountDomain('kim@mail.eu.acme.example')).toBe('acme.example');
  });

  test('is none for free mail, for internal addresses, and where there is no domain', () => {
    const asked = rules({ internalDomains: ['group.example'] });
    for (const address of ['bob@gmail.com', 'x@group.example', 'ben@contoso.example', 'nobody', 'nobody@'])
      expect(asked.accountDomain(address), address).toBeNull();
  });

  test('is not even asked for where an address has no domain', () => {
    const facts = { isFreeMail: () => false, registrableDomain: () => 'some.example' };
    expect(compiled({ facts }).accountDomain('nobody')).toBeNull();
    expect(compiled({ facts }).accountDomain('x@y.example')).toBe('some.example');
  });

  test('of an address stands behind its last @', () => {
    expect(['a@b.example', '"x@y"@b.example', 'none', '@b.example', ''].map(domainOf)).toEqual([
      'b.example',
      'b.example',
      '',
      'b.example',
      '',
    ]);
  });
});

describe('gaps', () => {
  const gaps: readonly Gap[] = [
    { startsAt: 10_000, endsAt: 20_700 },
    { startsAt: 40_000, endsAt: 50_000 },
  ];

  test('hold from their first instant to the whole second of their end, which is outside', () => {
    const { isInGap } = compiled({ gaps });
    expect([9_999, 10_000, 19_999, 20_000, 20_699, 39_999, 40_000, 49_999, 50_000].map(isInGap)).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  test('are none where none is given', () => {
    expect(compiled().isInGap(15_000)).toBe(false);
  });
});

test('what the rules were compiled with is told as it was given', () => {
  expect(compiled()).toMatchObject({ settings: defaultSettings, historyFrom: 1_500, skipping: false });
  expect(compiled({ skipping: true }).skipping).toBe(true);
});
