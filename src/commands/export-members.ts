/** The people of a roll-out as CSV (M7): what the pre-flight found and what became of each, with what to do, page by page. */
import { catalogue } from '../model/catalogue.ts';
import type { OrganizationId, RolloutId } from '../model/ids.ts';
import { inOrganization } from '../store/database.ts';
import { type ListedMember, listMembers, MEMBERS_MAX } from '../store/rollout-members.ts';
import { type CsvColumn, csvHead, csvLine } from './csv.ts';
import type { Ports } from './ports.ts';

const PAGE = 1_000;

type Member = Omit<ListedMember, 'failure'>;

const columns: readonly CsvColumn<Member>[] = [
  { name: 'name', of: ({ name }) => name },
  { name: 'crm_username', of: ({ username }) => username },
  { name: 'mailbox_address', of: ({ address }) => address },
  { name: 'wave', of: ({ wave }) => wave + 1 },
  { name: 'mailbox_found', of: ({ mailboxFound }) => mailboxFound },
  { name: 'access_granted', of: ({ accessGranted }) => accessGranted },
  { name: 'crm_user_matched', of: ({ crmUserMatched }) => crmUserMatched },
  { name: 'address_equal', of: ({ addressEqual }) => addressEqual },
  { name: 'predicted', of: ({ predicted }) => predicted },
  { name: 'outcome', of: ({ outcome }) => outcome },
  { name: 'code', of: ({ code }) => code },
  { name: 'vendor_code', of: ({ vendorCode }) => vendorCode },
  { name: 'what_to_do', of: ({ code }) => (code === null ? null : catalogue[code].admin) },
  { name: 'changed_at', of: ({ changedAt }) => new Date(changedAt).toISOString() },
];

/** Lines, the heading first, in the order in which people are taken. */
export async function* exportMembers(
  { db }: Pick<Ports, 'db'>,
  { organizationId, rolloutId }: { readonly organizationId: OrganizationId; readonly rolloutId: RolloutId },
): AsyncGenerator<string> {
  yield csvHead(columns);
  let after = -1;
  for (let told = 0; told < MEMBERS_MAX; told += PAGE) {
    const everybody = { predicted: null, outcome: null, code: null };
    const members: readonly Member[] = await inOrganization(db, organizationId, (tx) =>
      listMembers(tx, { rolloutId, ...everybody, after, limit: PAGE }),
    );
    for (const member of members) yield csvLine(columns, member);
    after = members.at(-1)?.position ?? after;
    if (members.length < PAGE) return;
  }
}
