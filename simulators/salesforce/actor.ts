/**
 * On whose behalf a call works: the user, what he sees, the clock and the headers that change how records are
 * written. Everything below the router takes an actor instead of a request.
 */
import type { Organization, UserAccount } from './organization.ts';
import type { Schema, SObjectType } from './schema/schema.ts';

/** A fault that refuses one record. */
export interface RecordFault {
  readonly code: string;
  readonly message: string;
}

export interface Actor {
  readonly organization: Organization;
  readonly user: UserAccount;
  /** What the user sees of the organization's schema. */
  readonly schema: Schema;
  readonly now: number;
  /** As in the path: 66 for `v66.0`. */
  readonly apiVersion: number;
  /** `Sforce-Duplicate-Rule-Header: allowSave=true`. */
  readonly allowDuplicates: boolean;
  /** The fault that strikes the writing of one record, if any. */
  strikeRecord(operation: string, typeName: string): RecordFault | undefined;
}

/** The object of that name as the actor sees it, letter case ignored. */
export function findType(actor: Actor, name: string): SObjectType | undefined {
  return actor.schema.types.get(name.toLowerCase());
}
