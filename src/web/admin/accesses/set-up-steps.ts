/**
 * What an admin does in the service's own console before a way of reaching works, step by step, with what he has typed filled in. Pure words; the
 * connectors' pages in docs/remote-services say the same at length.
 */
import { type AccessDraft, type AccessService, readKeyFile } from './access-draft.ts';

export interface SetUpStep {
  readonly text: string;
  /** To be copied as it is: a command, a list of scopes, an address. */
  readonly code?: string;
}

export interface SetUp {
  readonly steps: readonly SetUpStep[];
  /** What is good to know about it. */
  readonly notes: readonly string[];
}

/** What must be listed for the delegation, as the console takes it: with commas between. A collection whose scope is missing is left out. */
const DELEGATED_SCOPES = ['gmail.modify', 'calendar.events', 'contacts', 'tasks']
  .map((name) => `https://www.googleapis.com/auth/${name}`)
  .join(',');

export function setUpOf(service: AccessService, draft: AccessDraft): SetUp {
  return { exchange, office365, google, salesforce }[service](draft);
}

function exchange({ login }: AccessDraft): SetUp {
  return {
    steps: [
      {
        text: 'Make a user for Lockstep in your directory, with a mailbox and a password that does not end.',
      },
      {
        text: 'In the Exchange Management Shell, say whose mailboxes it may open. Leave this out for all of them.',
        code: "New-ManagementScope -Name 'Lockstep mailboxes' -RecipientRestrictionFilter \"MemberOfGroup -eq 'DISTINGUISHED NAME OF A GROUP'\"",
      },
      {
        text: 'Give it the role. For all mailboxes, leave the last parameter out as well.',
        code: `New-ManagementRoleAssignment -Name 'Lockstep' -Role 'ApplicationImpersonation' -User ${quoted(login, 'SERVICE ACCOUNT')} -CustomRecipientWriteScope 'Lockstep mailboxes'`,
      },
      { text: 'Enter login and password here, with a mailbox of the scope to try it with.' },
    ],
    notes: [
      'Throttling: Exchange charges what is asked to the mailbox that is opened, not to the service account. It needs no throttling policy of its own; when the server asks Lockstep to wait, it waits.',
      'A mailbox outside the scope is not lost: its owner can connect it himself.',
      'Exchange Online no longer has this role. Set mailboxes there up as Office 365.',
    ],
  };
}

function office365({ tenant, clientId }: AccessDraft): SetUp {
  const app = clientId.trim() || 'CLIENT ID';
  return {
    steps: [
      {
        text: 'In the Entra admin center, under App registrations, register an application for this directory alone. It needs no redirect address.',
      },
      {
        text: 'Under API permissions, add these application permissions of Microsoft Graph (not delegated ones).',
        code: 'Mail.ReadWrite Calendars.ReadWrite Contacts.ReadWrite Tasks.ReadWrite.All User.Read.All',
      },
      {
        text: 'Consent for everybody: press “Grant admin consent” there, or open this link as an administrator. An access that is saved shows its own link.',
        code: `https://login.microsoftonline.com/${encodeURIComponent(tenant.trim() || 'organizations')}/adminconsent?client_id=${encodeURIComponent(app)}`,
      },
      {
        text: 'Under Certificates & secrets, upload the certificate whose key you paste here (better), or make a client secret. Note when it ends: renew it here before that day.',
      },
      {
        text: 'For some mailboxes only, use RBAC for Applications in Exchange Online PowerShell, and take Mail.ReadWrite, Calendars.ReadWrite and Contacts.ReadWrite out of the application’s own permissions: they would count beside the scope, for all mailboxes. Tasks cannot be narrowed.',
        code: [
          `New-ServicePrincipal -AppId ${quoted(app, '')} -ObjectId 'OBJECT ID OF THE ENTERPRISE APPLICATION' -DisplayName 'Lockstep'`,
          "New-ManagementScope -Name 'Lockstep mailboxes' -RecipientRestrictionFilter \"MemberOfGroup -eq 'DISTINGUISHED NAME OF A GROUP'\"",
          ...['Mail', 'Calendars', 'Contacts'].map(
            (what) =>
              `New-ManagementRoleAssignment -App ${quoted(app, '')} -Role 'Application ${what}.ReadWrite' -CustomResourceScope 'Lockstep mailboxes'`,
          ),
        ].join('\n'),
      },
    ],
    notes: ['A new permission or scope takes from 30 minutes to 2 hours until it counts everywhere.'],
  };
}

function google({ keyFile }: AccessDraft): SetUp {
  const key = readKeyFile(keyFile);
  return {
    steps: [
      {
        text: 'In the Google Cloud console, choose or make a project of your company and enable the Gmail, Google Calendar, People and Google Tasks APIs.',
      },
      {
        text: 'Under IAM & Admin, Service accounts, make a service account and a key of the type JSON. Choose that file here.',
      },
      {
        text: 'As a super admin, in the Admin console under Security, Access and data control, API controls, Domain-wide delegation, press “Add new” and paste this client id.',
        code: key?.clientId ?? 'CLIENT ID OF THE KEY FILE',
      },
      { text: 'Beside it, paste exactly these scopes.', code: DELEGATED_SCOPES },
    ],
    notes: [
      'The scopes must be these to the letter. Without the first one no mailbox can be opened; without one of the others, events, contacts or tasks are left out.',
      'A new delegation may take some minutes, at most 24 hours.',
    ],
  };
}

function salesforce({ actsAs }: AccessDraft): SetUp {
  const whom = actsAs === 'each-user' ? 'to everybody who is to be synced' : 'to the service account alone';
  return {
    steps: [
      {
        text: 'Make a key and its certificate. The key is pasted here, the certificate goes into the app.',
        code: 'openssl req -x509 -newkey rsa:2048 -nodes -days 730 -subj "/CN=Lockstep" -keyout lockstep-key.pem -out lockstep-certificate.pem',
      },
      {
        text: 'In Salesforce Setup, under External Client App Manager, make an External Client App with OAuth. Any https address will do as callback; it is not used.',
      },
      {
        text: 'Give it these OAuth scopes: manage user data via APIs, access the identity URL service, and perform requests at any time.',
        code: 'api id refresh_token',
      },
      { text: 'Enable the JWT Bearer Flow and upload the certificate.' },
      {
        text: `In the app’s policies, choose “Admin approved users are pre-authorized” and assign the permission set Lockstep to the app and ${whom}.`,
      },
      { text: 'Copy the app’s consumer key into this form.' },
    ],
    notes: ['A new app may take up to 10 minutes until it answers.'],
  };
}

/** A PowerShell string that means what was typed. */
function quoted(typed: string, otherwise: string): string {
  return `'${(typed.trim() || otherwise).replaceAll("'", "''")}'`;
}
