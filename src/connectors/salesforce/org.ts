/**
 * What an org can do for e-mail, concluded from its shape: whether saved mail becomes e-mail records or tasks, and whether Lockstep's own key is
 * there. Pure; the reading is in `describe.ts`.
 */
import type { CrmCapabilities } from '../../model/connector.ts';
import { isCreateable, isFilterable, type ObjectShape, type OrgShape } from './describe.ts';
import { COLLECTION_RECORDS_MAX } from './operations.ts';

/** Lockstep's own field; deployed by salesforce/. */
export const KEY_FIELD = 'Lockstep_Key__c';

/** Three collections of 200: the more mails at once, the fewer graphs for those among them that have files. */
const EMAILS_MAX = 600;
const LOOK_UP_MAX = 600;

/** With Enhanced Email, `EmailMessageRelation` exists; without it (or without rights on it) mail is saved as tasks (E3). */
export function emailRecordOf(org: OrgShape): 'message' | 'task' {
  const message = org.objects.get('EmailMessage');
  return message?.createable === true && org.objects.has('EmailMessageRelation') ? 'message' : 'task';
}

/** The object that saved mail becomes. */
export function recordShape(org: OrgShape): ObjectShape | undefined {
  return org.objects.get(emailRecordOf(org) === 'message' ? 'EmailMessage' : 'Task');
}

/** Whether the key field can be written and looked up; it refuses a second record only where it is unique. */
export function hasKeyField(shape: ObjectShape | undefined): boolean {
  return isCreateable(shape, KEY_FIELD) && isFilterable(shape, KEY_FIELD);
}

export function capabilitiesOf(org: OrgShape): CrmCapabilities {
  const shape = recordShape(org);
  return {
    emailRecord: emailRecordOf(org),
    externalKey: hasKeyField(shape) && shape?.fields.get(KEY_FIELD)?.unique === true,
    emailsMax: EMAILS_MAX,
    lookUpMax: LOOK_UP_MAX,
    removalsMax: COLLECTION_RECORDS_MAX,
  };
}

/** Names of what the sync cannot do without, for `crm.field-missing`. Empty when nothing is missing. */
export function missingNames(org: OrgShape): readonly string[] {
  const object = emailRecordOf(org) === 'message' ? 'EmailMessage' : 'Task';
  const shape = org.objects.get(object);
  if (shape === undefined || !shape.createable) return [object];
  const needed = object === 'EmailMessage' ? MESSAGE_NEEDS : TASK_NEEDS;
  const missing = needed.filter((field) => !isCreateable(shape, field)).map((field) => `${object}.${field}`);
  if (object === 'EmailMessage' && !isFilterable(shape, 'MessageIdentifier'))
    missing.push('EmailMessage.MessageIdentifier');
  return [...new Set(missing)];
}

const MESSAGE_NEEDS = ['MessageIdentifier', 'ToIds', 'Subject', 'MessageDate', 'Incoming', 'Status'];
const TASK_NEEDS = ['Subject', 'Status', 'WhoId', 'ActivityDate', 'Description'];
