/** Ends a run before the organization's share of the CRM's allowance is used up: its people work with the same one (R11). */
import { failure, RemoteFailure } from '../model/failure.ts';
import { isShareUsed } from '../model/schedule.ts';
import type { RunContext } from './run-context.ts';

export function leaveAllowance({ crm, rules }: Pick<RunContext, 'crm' | 'rules'>): void {
  if (isShareUsed(crm.usage(), rules.settings.apiShareMax))
    throw new RemoteFailure(failure('crm.api-share-used'));
}
