/**
 * How the Calendar API refuses: legacy errors, most of them of its own domain, as its page of errors shows them.
 * https://developers.google.com/workspace/calendar/api/guides/errors
 */
import { type ApiError, type Refusal, type RefusalTable, refuseBy } from '../errors.ts';

const at = (location: string) => ({ location, locationType: 'parameter' });

/** Refusals by reason, as a fault rule may ask for them. */
export const CALENDAR_REFUSALS: RefusalTable = {
  timeRangeEmpty: {
    code: 400,
    domain: 'calendar',
    message: 'The specified time range is empty.',
    location: at('timeMax'),
  },
  invalid: { code: 400, message: 'Invalid Value' },
  invalidParameter: { code: 400, message: 'Invalid parameter value.' },
  required: { code: 400, message: 'Required' },
  badRequest: { code: 400, message: 'Bad Request' },
  syncTokenWithNonDefaultOrdering: {
    code: 400,
    domain: 'calendar',
    message: 'Sync token cannot be used with non-default ordering.',
    location: at('orderBy'),
  },
  syncTokenWithRequestRestrictions: {
    code: 400,
    domain: 'calendar',
    message: 'Sync token cannot be combined with other request restrictions.',
    location: at('syncToken'),
  },
  userRateLimitExceeded: { code: 403, domain: 'usageLimits', message: 'User Rate Limit Exceeded' },
  rateLimitExceeded: { code: 403, domain: 'usageLimits', message: 'Rate Limit Exceeded' },
  quotaExceeded: { code: 403, domain: 'usageLimits', message: 'Calendar usage limits exceeded.' },
  forbiddenForNonOrganizer: {
    code: 403,
    domain: 'calendar',
    message: 'Shared properties can only be changed by the organizer of the event.',
  },
  requiredAccessLevel: {
    code: 403,
    domain: 'calendar',
    message: 'You need to have writer access to this calendar.',
  },
  notACalendarUser: {
    code: 403,
    domain: 'calendar',
    message: 'The user must be signed up for Google Calendar.',
  },
  forbidden: { code: 403, message: 'Forbidden' },
  notFound: { code: 404, message: 'Not Found' },
  duplicate: { code: 409, message: 'The requested identifier already exists.' },
  channelIdNotUnique: { code: 400, message: 'Channel id not unique', domain: 'global' },
  cannotChangeOrganizer: {
    code: 400,
    domain: 'calendar',
    message: 'Cannot change the organizer of an instance of a recurring event.',
  },
  fullSyncRequired: {
    code: 410,
    domain: 'calendar',
    message: 'Sync token is no longer valid, a full sync is required.',
    location: at('syncToken'),
  },
  updatedMinTooLongAgo: {
    code: 410,
    domain: 'calendar',
    message: 'The requested minimum modification time lies too far in the past.',
    location: at('updatedMin'),
  },
  deleted: { code: 410, message: 'Resource has been deleted' },
  conditionNotMet: {
    code: 412,
    message: 'Precondition Failed',
    location: { location: 'If-Match', locationType: 'header' },
  },
  backendError: { code: 500, message: 'Backend Error' },
};

/** A refusal by its reason. */
export function refuseCalendar(reason: string, message?: string, changes: Partial<Refusal> = {}): ApiError {
  return refuseBy(CALENDAR_REFUSALS, reason, message, changes);
}
