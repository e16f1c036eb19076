/**
 * People of the CRM as provisioning sees them: who they are, and by what an admin picks them. A part of the contract in `connector.ts`; profile,
 * role and department are asked about and never told.
 */

/** A standard user of the CRM. */
export interface CrmUser {
  /** Salesforce: 18 characters, `005`. */
  readonly userId: string;
  readonly username: string;
  /** Full name. */
  readonly name: string;
  /** Lower case. */
  readonly email: string;
  /** IANA zone. */
  readonly timeZone: string;
  readonly isActive: boolean;
}

/** What a list of users is narrowed by; all that is given must hold, and letter case does not matter. */
export interface CrmUserFilter {
  /** Name of the CRM's profile. */
  readonly profile?: string;
  /** Name of the CRM's role. */
  readonly role?: string;
  readonly department?: string;
  /** Web domain of the e-mail address, without `@`. */
  readonly emailDomain?: string;
}

export interface CrmUsersQuery {
  readonly filter: CrmUserFilter;
  /** `next` of the page before; null for the first one. */
  readonly after: string | null;
  /** 1 to `CRM_USERS_PAGE_MAX`. */
  readonly limit: number;
}

export interface CrmUsersPage {
  readonly users: readonly CrmUser[];
  /** Null after the last page. */
  readonly next: string | null;
}

/** Names and ids of users that are asked about, together at most `CRM_USERS_FIND_MAX`. */
export interface CrmUsersWish {
  readonly usernames: readonly string[];
  /** In either form that the CRM writes them. */
  readonly ids: readonly string[];
}

export const CRM_USERS_PAGE_MAX = 500;
export const CRM_USERS_FIND_MAX = 200;
