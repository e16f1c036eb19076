/**
 * The names under which requests to services are counted: a closed set, so that no label of a metric and no name of a span can ever hold anything of
 * somebody's. A name that is missing here is counted as `other`; a test holds the list against the connectors.
 */
export const providers = ['exchange', 'office365', 'google', 'salesforce'] as const;

export type Provider = (typeof providers)[number];

const words = `
  token identity sign-in autodiscover
  GetFolder SyncFolderHierarchy SyncFolderItems GetItem FindItem GetAttachment UpdateItem CreateItem ResolveNames CreateFolder
  Subscribe GetStreamingEvents Unsubscribe
  check create-folder delete describe describe-records files find find-about find-items find-records find-users insert insert-graph
  list-changes list-folders list-view task-status list-items list-users list-views look-up mark person-accounts read-categories read-changes read-contents
  read-heads read-items read-mail read-occurrences read-records read-relations read-series relations resources
  subscription.create subscription.delete subscription.renew tasks upload versions write-items write-marks write-records
  getProfile stop watch connections.list contactGroups.create contactGroups.list contactGroups.members.modify
  events.get events.insert events.instances events.list events.patch history.list labels.create labels.list
  messages.get messages.list messages.modify people.batchCreateContacts people.createContact people.getBatchGet people.updateContact
  settings.sendAs.list tasks.get tasks.insert tasks.list tasks.patch pull acknowledge
`;

const known: ReadonlySet<string> = new Set(words.split(/\s+/).filter((word) => word !== ''));

/** The name as it may be told: itself where it is known, also as what a batch consists of, else `other`. */
export function operationWord(operation: string | undefined): string {
  if (operation === undefined) return 'other';
  const inner = operation.startsWith('batch ') ? operation.slice('batch '.length) : operation;
  return known.has(inner) ? operation : 'other';
}

export const statusClasses = ['2xx', '3xx', '4xx', 'throttled', '5xx', 'none'] as const;

export type StatusClass = (typeof statusClasses)[number];

/** `throttled`: asked to come later (429, 503); `none`: no answer came. */
export function statusClass(status: number | null): StatusClass {
  if (status === null) return 'none';
  if (status === 429 || status === 503) return 'throttled';
  if (status >= 500) return '5xx';
  if (status >= 400) return '4xx';
  return status >= 300 ? '3xx' : '2xx';
}

/** Hosts of the services, by their ends; whatever else is a company's own. */
const hosts = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'graph.microsoft.com',
  'graph.microsoft.us',
  'dod-graph.microsoft.us',
  'microsoftgraph.chinacloudapi.cn',
  'outlook.office365.com',
  'googleapis.com',
  'accounts.google.com',
  'salesforce.com',
  'force.com',
] as const;

/** The end of the host that many share, never a company's own name: `salesforce.com`; else `own`. */
export function hostClass(url: string): string {
  if (!URL.canParse(url)) return 'own';
  const { hostname } = new URL(url);
  return hosts.find((end) => hostname === end || hostname.endsWith(`.${end}`)) ?? 'own';
}
