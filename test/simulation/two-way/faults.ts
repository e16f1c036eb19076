/**
 * Connectors that fail: before a call goes out, after it went through and its answer was lost, by a refusal, or by the end of the process. Which call
 * fails how is drawn from the seed.
 */

import type { FailureCode } from '../../../src/model/catalogue.ts';
import type { CrmConnector, MailConnector } from '../../../src/model/connector.ts';
import { failure, RemoteFailure } from '../../../src/model/failure.ts';
import type { Chance } from '../chance.ts';

/** The process ends here: nothing after it happens. */
export class Crash extends Error {}

export interface Faults {
  readonly chance: Chance;
  /** Of every call. */
  readonly rate: number;
}

export function faultyMail(mail: MailConnector, faults: Faults): MailConnector {
  return { ...failing(mail, faults, 'mailbox'), items: failing(mail.items, faults, 'mailbox') };
}

export function faultyCrm(crm: CrmConnector, faults: Faults): CrmConnector {
  return { ...failing(crm, faults, 'crm'), records: failing(crm.records, faults, 'crm') };
}

const codes = {
  mailbox: ['mailbox.transient', 'mailbox.throttled', 'mailbox.unreachable'],
  crm: ['crm.transient', 'crm.throttled', 'crm.unreachable'],
} as const satisfies Record<string, readonly FailureCode[]>;

/** Calls that say nothing to the service. */
const silent: ReadonlySet<string> = new Set(['traffic', 'usage', 'close', 'recordUrl']);

function failing<T extends object>(target: T, { chance, rate }: Faults, side: keyof typeof codes): T {
  const entries = Object.entries(target).map(([name, value]) => {
    if (typeof value !== 'function' || silent.has(name)) return [name, value];
    const call = async (...given: readonly unknown[]) => {
      if (!chance.flip(rate)) return await value.apply(target, given);
      const way = chance.pick(['refused', 'lost', 'crash-before', 'crash-after'] as const);
      if (way === 'crash-before') throw new Crash(`${side} ${name}`);
      if (way === 'refused') throw new RemoteFailure(failure(chance.pick(codes[side])));
      await value.apply(target, given);
      if (way === 'crash-after') throw new Crash(`${side} ${name}`);
      throw new RemoteFailure(failure(`${side}.transient`));
    };
    return [name, call];
  });
  return Object.fromEntries(entries) as T;
}
