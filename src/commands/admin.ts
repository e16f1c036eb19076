/**
 * Who acts on other people's behalf, and how far he reaches. Every admin's command takes one, and every statement of it is scoped by organization
 * and reach; how somebody proves to be one stands in `api/admin-session.ts`.
 */
import type { OrganizationId } from '../model/ids.ts';
import type { Actor } from '../store/audit.ts';
import type { Reach } from '../store/reach.ts';

export interface Admin {
  readonly organizationId: OrganizationId;
  /** As the audit names him. */
  readonly actor: Actor;
  /** Everybody, or the people of these profiles and nobody else, not even those without one. */
  readonly reach: Reach;
}
