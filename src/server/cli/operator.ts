/** Who acts at the command line: the operator of this machine, who reaches everybody of every organization here and is named so in the audit log. */
import type { Admin } from '../../commands/admin.ts';
import type { OrganizationId } from '../../model/ids.ts';

export function operatorOf(organizationId: OrganizationId): Admin {
  return { organizationId, actor: { kind: 'operator', userId: null }, reach: 'organization' };
}
