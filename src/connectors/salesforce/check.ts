/**
 * The check at the end of an activation: what the connected user can reach in his org, each capability by name. It reads only; nothing is
 * written to find out.
 */

import { type Collection, collections } from '../../model/collection.ts';
import type { CheckResult } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import { emailFields, isCreateable, isFilterable, type OrgShape } from './describe.ts';
import { type Api, readQueries, tryQueries } from './operations.ts';
import { emailRecordOf, missingNames } from './org.ts';
import { missingOfCollection, OBJECT_OF } from './records/columns.ts';

/** In the order shown. Mail needs the first ones; a collection that is refused is refused by itself. */
type Capability = 'sign-in' | 'api' | 'people' | 'accounts' | 'emails' | 'files' | Collection;

/** Tries each. Trouble that is none of the org's rights (network, outage) is reported under the capability that met it. */
export async function checkOrg(context: {
  readonly api: Api;
  readonly identify: () => Promise<unknown>;
  readonly readOrg: () => Promise<OrgShape>;
}): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  results.push(await attempt('sign-in', context.identify));
  if (results.some(({ ok }) => !ok)) return results;
  let org: OrgShape | null = null;
  results.push(
    await attempt('api', async () => {
      org = await context.readOrg();
    }),
  );
  if (org === null) return results;
  const missing = missingByCapability(org);
  for (const [capability, names] of missing) results.push(judge(capability, names));
  // A look-up that is really made: rights may be described and still not hold.
  const people = results.findIndex(({ capability }) => capability === 'people');
  if (results[people]?.ok)
    results[people] = await attempt('people', () =>
      readQueries(context.api, ['SELECT Id FROM Contact LIMIT 1', 'SELECT Id FROM User LIMIT 1'], 'check'),
    );
  return [...results, ...(await checkCollections(context.api, org))];
}

/** Each collection's object and fields, and one harmless query of those that seem to be there. */
async function checkCollections(api: Api, org: OrgShape): Promise<readonly CheckResult[]> {
  const described = collections.map((one) => judge(one, missingOfCollection(org, one)));
  const seen = collections.filter((_, index) => described[index]?.ok === true);
  try {
    const answers = await tryQueries(
      api,
      seen.map((one) => `SELECT Id FROM ${OBJECT_OF[one]} LIMIT 1`),
      'check',
    );
    const byCapability = new Map<string, unknown>(seen.map((one, index) => [one, answers[index]]));
    return described.map((result) => {
      const answer = byCapability.get(result.capability);
      return result.ok && answer instanceof RemoteFailure
        ? { capability: result.capability, ok: false, failure: answer.failure }
        : result;
    });
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return described.map((one) => (one.ok ? { ...one, ok: false, failure: error.failure } : one));
  }
}

async function attempt(capability: Capability, call: () => Promise<unknown>): Promise<CheckResult> {
  try {
    await call();
    return { capability, ok: true };
  } catch (error) {
    if (error instanceof RemoteFailure) return { capability, ok: false, failure: error.failure };
    throw error;
  }
}

function judge(capability: Capability, names: readonly string[]): CheckResult {
  return names.length === 0
    ? { capability, ok: true }
    : { capability, ok: false, failure: failure('crm.field-missing', { fields: names }) };
}

/** Names of missing objects and fields, by what they are needed for. Pure. */
function missingByCapability(org: OrgShape): readonly (readonly [Capability, readonly string[]])[] {
  const contact = org.objects.get('Contact');
  const user = org.objects.get('User');
  const account = org.objects.get('Account');
  const version = org.objects.get('ContentVersion');
  const link = org.objects.get('ContentDocumentLink');
  const people = [
    ...(contact === undefined ? ['Contact'] : emailFields(contact).length === 0 ? ['Contact.Email'] : []),
    ...(user === undefined ? ['User'] : emailFields(user).length === 0 ? ['User.Email'] : []),
  ];
  const accounts =
    account === undefined ? ['Account'] : isFilterable(account, 'Website') ? [] : ['Account.Website'];
  const files =
    version === undefined || !version.createable
      ? ['ContentVersion']
      : ['Title', 'PathOnClient', 'VersionData', 'FirstPublishLocationId']
          .filter((field) => !isCreateable(version, field))
          .map((field) => `ContentVersion.${field}`);
  if (link === undefined) files.push('ContentDocumentLink');
  const emails = [...missingNames(org)];
  // Without Enhanced Email tasks stand in; with it half there, the half that is missing is named.
  const messageHalf =
    emailRecordOf(org) === 'task' &&
    org.objects.get('EmailMessage')?.createable === true &&
    emails.length > 0;
  if (messageHalf) emails.push('EmailMessageRelation');
  return [
    ['people', people],
    ['accounts', accounts],
    ['emails', emails],
    ['files', files],
  ];
}
