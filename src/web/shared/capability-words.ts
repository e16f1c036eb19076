/** What the truthful check of an activation, an access or a person tried (A11), in words. */

/** One that has no words here is shown by its name, with blanks. Both sides' names are told apart by `crm-`. */
const capabilities: Readonly<Record<string, string>> = {
  'sign-in': 'Sign in to the mailbox',
  'right-mailbox': 'It is the mailbox that is meant',
  'read-mail': 'Read mail and folders',
  'write-categories': 'Set categories on mail',
  'salesforce-folder': 'Folder or label “Salesforce Emails”',
  events: 'Read the calendar',
  contacts: 'Read contacts',
  tasks: 'Read tasks',
  'crm-sign-in': 'Sign in to Salesforce',
  api: 'Salesforce answers to programs',
  people: 'Find contacts, leads and users in Salesforce',
  accounts: 'Find accounts, opportunities and cases in Salesforce',
  emails: 'Save e-mails in Salesforce',
  files: 'Save attachments as files in Salesforce',
  'crm-events': 'Events in Salesforce',
  'crm-contacts': 'Contacts in Salesforce',
  'crm-tasks': 'Tasks in Salesforce',
};

export function sayCapability(capability: string): string {
  const words = capabilities[capability] ?? capability.replaceAll(/[-._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Both sides sign in and hold collections, the mailbox first: the second of a name is Salesforce’s. */
export function distinctChecks<Check extends { readonly capability: string }>(
  checks: readonly Check[],
): readonly Check[] {
  return checks.map((check, index) =>
    checks.findIndex(({ capability }) => capability === check.capability) === index
      ? check
      : { ...check, capability: `crm-${check.capability}` },
  );
}
