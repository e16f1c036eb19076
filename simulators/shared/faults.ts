/**
 * What may be made to go wrong in a simulator: rules that match a call by operation and user, and an effect each.
 * It decides only which rule strikes; each simulator gives the effect its own service's form (SOAP fault, JSON error, ...).
 */
import type { Random } from './random.ts';

/** What a struck call suffers. `service` codes are the service's own words, `partial` counts items from 1. */
export type FaultEffect =
  | {
      kind: 'http';
      status: number;
      body?: 'html' | 'json' | 'empty' | 'garbage' | 'service';
      headers?: Record<string, string>;
    }
  | { kind: 'service'; code: string; message?: string; form?: 'fault' | 'message' }
  | { kind: 'throttle'; backOffMs: number; form?: 'fault' | 'message' | 'http' }
  | { kind: 'drop' }
  | { kind: 'lostReply' }
  | { kind: 'delay' }
  | { kind: 'partial'; nth: number; code: string; message?: string }
  | { kind: 'garbage' };

/** When an effect strikes. Whatever is absent matches everything; `nth` (from 1) waits for the nth matching call. */
export interface FaultRule {
  /** The service's operation name, letter case ignored; a trailing `*` matches any ending. */
  operation?: string;
  /** Mailbox address or user name, letter case ignored. */
  user?: string;
  nth?: number;
  /** In [0, 1]; drawn for each matching call. */
  probability?: number;
  /** How many calls it may strike; endless when absent. */
  count?: number;
  /** Waited before the effect. */
  delayMs?: number;
  effect: FaultEffect;
}

/** A rule as it stands: what it was given, an id to take it away by, and what it did so far. */
export interface StandingFault extends FaultRule {
  id: string;
  matched: number;
  struck: number;
}

/** The call a simulator asks about. */
export interface FaultSubject {
  operation: string;
  user?: string | undefined;
}

export interface Faults {
  add(rule: FaultRule): string;
  remove(id: string): boolean;
  clear(): void;
  list(): readonly StandingFault[];
  /** The first rule that strikes this call, counted as used; undefined when the call goes well. */
  strike(subject: FaultSubject): StandingFault | undefined;
}

/** An empty set of rules; `random` decides the rules that have a probability. */
export function createFaults(random: Random): Faults {
  const rules: StandingFault[] = [];
  let lastId = 0;
  return {
    add(rule) {
      lastId += 1;
      const id = `fault-${lastId}`;
      rules.push({ ...rule, id, matched: 0, struck: 0 });
      return id;
    },
    remove(id) {
      const index = rules.findIndex((rule) => rule.id === id);
      if (index >= 0) rules.splice(index, 1);
      return index >= 0;
    },
    clear() {
      rules.length = 0;
    },
    list: () => rules,
    strike(subject) {
      let found: StandingFault | undefined;
      for (const rule of rules) {
        if (!matches(rule, subject)) continue;
        rule.matched += 1;
        if (found === undefined && isDue(rule, random)) found = rule;
      }
      if (found !== undefined) found.struck += 1;
      return found;
    },
  };
}

function matches(rule: StandingFault, subject: FaultSubject): boolean {
  if (rule.user !== undefined && rule.user.toLowerCase() !== subject.user?.toLowerCase()) return false;
  if (rule.operation === undefined) return true;
  const wanted = rule.operation.toLowerCase();
  const actual = subject.operation.toLowerCase();
  return wanted.endsWith('*') ? actual.startsWith(wanted.slice(0, -1)) : wanted === actual;
}

function isDue(rule: StandingFault, random: Random): boolean {
  if (rule.count !== undefined && rule.struck >= rule.count) return false;
  if (
    rule.nth !== undefined &&
    (rule.count === undefined ? rule.matched !== rule.nth : rule.matched < rule.nth)
  ) {
    return false;
  }
  return rule.probability === undefined || random.next() < rule.probability;
}
