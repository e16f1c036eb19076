/**
 * How the People API refuses, by the names its pages use.
 * https://developers.google.com/people/api/rest/v1/people.connections/list
 */
import { type ApiError, type Refusal, type RefusalTable, refuseBy } from '../errors.ts';

/** Refusals by reason, as a fault rule may ask for them. */
export const PEOPLE_REFUSALS: RefusalTable = {
  badRequest: {
    code: 400,
    status: 'INVALID_ARGUMENT',
    message: 'Request contains an invalid argument.',
  },
  EXPIRED_SYNC_TOKEN: {
    code: 400,
    status: 'FAILED_PRECONDITION',
    reason: 'failedPrecondition',
    message: 'Sync token is expired. Clear local cache and retry call without the sync token.',
    info: { reason: 'EXPIRED_SYNC_TOKEN', domain: 'people.googleapis.com' },
  },
  failedPrecondition: {
    code: 400,
    status: 'FAILED_PRECONDITION',
    message:
      'Request person.etag is different than the current person.etag. Clear local cache and get the latest person.',
  },
  alreadyExists: { code: 409, status: 'ALREADY_EXISTS', message: 'Contact group name already exists.' },
  forbidden: { code: 403, status: 'PERMISSION_DENIED', message: 'The caller does not have permission' },
};

/** A refusal by its reason. */
export function refusePeople(reason: string, message?: string, changes: Partial<Refusal> = {}): ApiError {
  return refuseBy(PEOPLE_REFUSALS, reason, message, changes);
}
