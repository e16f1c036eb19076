/** The services of the accesses in words, and what an access of each is. */
import type { AccessService } from './access-draft.ts';

export const accessWords: Readonly<
  Record<AccessService, { readonly title: string; readonly about: string }>
> = {
  exchange: {
    title: 'Exchange: impersonation',
    about:
      'A service account with the role ApplicationImpersonation opens the mailboxes of your own servers.',
  },
  office365: {
    title: 'Office 365: app-only',
    about: 'An application of your own with application permissions opens the mailboxes of your tenant.',
  },
  google: {
    title: 'Google Workspace: domain-wide delegation',
    about: 'A service account that your super admin trusts opens the mailboxes of your domain.',
  },
  salesforce: {
    title: 'Salesforce: JWT bearer',
    about: 'A key of your own opens Salesforce for everybody, so that nobody need log in.',
  },
};
