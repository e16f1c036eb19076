/**
 * The one catalogue of failures (N2): code, kind, whose side, who can mend it, and what happened and what to do in two voices.
 * E-mails, pages, API and docs all read it; no other file words a failure. Codes are stable: API value, docs anchor, test name.
 */
import type { FailureKind } from './failure.ts';

/** Who can mend it; `nobody` heals by itself. */
export type Mender = 'user' | 'mail-admin' | 'crm-admin' | 'operator' | 'nobody';

export interface CatalogueEntry {
  readonly kind: FailureKind;
  readonly side: 'mailbox' | 'crm' | 'lockstep';
  readonly mender: Mender;
  /** What happened and what to do, to the person whose mailbox it is. */
  readonly user: string;
  /** The same for an administrator: precise, with the console page or command where there is one. */
  readonly admin: string;
}

const entry = (
  side: CatalogueEntry['side'],
  kind: FailureKind,
  mender: Mender,
  user: string,
  admin: string = user,
): CatalogueEntry => ({ side, kind, mender, user, admin });

const mailboxEntries = {
  'mailbox.credentials-rejected': entry(
    'mailbox',
    'credentials-rejected',
    'user',
    'Exchange did not accept the login and password. Enter them again and connect.',
    'Exchange answered 401 after a complete Basic or NTLM sign-in. Check the login form (user@domain or DOMAIN\\user), the password and whether the account is locked.',
  ),
  'mailbox.password-expired': entry(
    'mailbox',
    'credentials-rejected',
    'user',
    'Your mailbox password has expired or must be changed. Change it in Outlook on the web, then connect again.',
    'Exchange reports ErrorPasswordExpired or ErrorPasswordChangeRequired for this account.',
  ),
  'mailbox.account-disabled': entry(
    'mailbox',
    'mailbox-unavailable',
    'mail-admin',
    'The mailbox account is disabled or blocked. Ask your mail administrator.',
    'The account is disabled (ErrorAccountDisabled or HTTP 456). Enable it in Active Directory.',
  ),
  'mailbox.authorization-revoked': entry(
    'mailbox',
    'authorization-revoked',
    'user',
    'Access to the mailbox was withdrawn or has expired. Sign in again and accept the permissions.',
  ),
  'mailbox.grant-ended': entry(
    'mailbox',
    'authorization-revoked',
    'user',
    'The mail service no longer accepts the permission you gave: it was withdrawn, has expired, or you have changed your password. Sign in again.',
    'The refresh token was refused (invalid_grant). Google does not tell the causes apart: withdrawn by the person, password changed, six months unused, more than 100 tokens, or an app in testing (7 days). Microsoft: sessions revoked, 90 days unused, password reset by an administrator.',
  ),
  'mailbox.another-sign-in-step': entry(
    'mailbox',
    'authorization-revoked',
    'user',
    'Your organization asks for another sign-in step. Sign in again.',
    'The sign-in service demands interaction (multi-factor, re-authentication, a Conditional Access session rule or a Google session control). The person must sign in again.',
  ),
  'mailbox.consent-declined': entry(
    'mailbox',
    'authorization-revoked',
    'user',
    'The permissions were not granted. Sign in again and press Accept.',
    'The person pressed Cancel on the consent page, or the consent was withdrawn since.',
  ),
  'mailbox.scope-missing': entry(
    'mailbox',
    'authorization-revoked',
    'user',
    'A permission was left out when you signed in. Sign in again and tick all boxes.',
    'The granted scopes lack some that were asked for; their names are beside this text.',
  ),
  'mailbox.wrong-account': entry(
    'mailbox',
    'mailbox-unavailable',
    'user',
    'You signed in with another account than the mailbox that is to be synced. Sign in with the right one.',
    'The address of the authorised mailbox, its aliases included, is not the expected one.',
  ),
  'mailbox.admin-approval-needed': entry(
    'mailbox',
    'permission-missing',
    'mail-admin',
    'Your administrator must approve this application first. Send him the link below.',
    'The tenant does not let people consent by themselves (AADSTS90094, 90095). Open the approval link as an administrator, or Entra admin center, Enterprise applications, Lockstep, Permissions, Grant admin consent.',
  ),
  'mailbox.sign-in-policy': entry(
    'mailbox',
    'permission-missing',
    'mail-admin',
    "Your organization's sign-in policy blocks the sync service. Ask your administrator.",
    'A Conditional Access policy refused the sign-in (AADSTS53000 to 53004, 530032, 530035, 50097, 50131). See Entra admin center, Sign-in logs, for the policy.',
  ),
  'mailbox.not-assigned': entry(
    'mailbox',
    'permission-missing',
    'mail-admin',
    'Your administrator must assign you to this application.',
    'AADSTS50105: Entra admin center, Enterprise applications, Lockstep, Users and groups, or switch off "Assignment required".',
  ),
  'mailbox.app-blocked': entry(
    'mailbox',
    'permission-missing',
    'mail-admin',
    'Your administrator does not allow this application, or has switched mail access off for your account. Ask him to allow it.',
    'Google Admin console, Security, API controls, App access control: trust the app. For domainPolicy: Apps, Google Workspace, Gmail must be on for the person.',
  ),
  'mailbox.delegation-missing': entry(
    'mailbox',
    'permission-missing',
    'mail-admin',
    'The sync service may not act for this mailbox. Ask your administrator.',
    'The service account lacks domain-wide delegation for the needed scopes: Google Admin console, Security, API controls, Domain-wide delegation: enter its client id and exactly the listed scopes.',
  ),
  'mailbox.outside-app-scope': entry(
    'mailbox',
    'permission-missing',
    'mail-admin',
    'The sync service may not open this mailbox. Ask your administrator.',
    'App-only access does not cover this mailbox: Test-ApplicationAccessPolicy or Test-ServicePrincipalAuthorization tells. Add it to the scope of RBAC for Applications, or grant admin consent for Mail.ReadWrite.',
  ),
  'mailbox.account-locked': entry(
    'mailbox',
    'credentials-rejected',
    'mail-admin',
    'The account is locked or disabled, or its password has expired.',
    'The sign-in service refused the account itself (AADSTS50053, 50055, 50057, 50144).',
  ),
  'mailbox.app-misconfigured': entry(
    'mailbox',
    'request-invalid',
    'operator',
    'The sync service itself is misconfigured. The operator has been told.',
    'The sign-in service refused the application: client id, secret, certificate, redirect address, or the clock of this machine. Check OFFICE365_* or GOOGLE_*.',
  ),
  'mailbox.quota-exhausted': entry(
    'mailbox',
    'quota-or-licence',
    'operator',
    "The mail service's daily allowance is used up. Sync resumes by itself.",
    'The daily quota of the project at the mail service is used up; it is renewed at midnight Pacific time.',
  ),
  'mailbox.no-licence': entry(
    'mailbox',
    'mailbox-unavailable',
    'mail-admin',
    'This account has no mailbox at this mail service: no licence, suspended, or the mailbox is elsewhere. Ask your administrator.',
    'MailboxNotEnabledForRESTAPI (no Exchange Online licence, or hosted on-premises: connect as Exchange), or Gmail is not enabled for the account.',
  ),
  'mailbox.service-not-set-up': entry(
    'mailbox',
    'request-invalid',
    'operator',
    'This mail service is not set up here. Ask the operator.',
    'Set OFFICE365_CLIENT_ID and a secret or certificate, or GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET (docs/operating.md).',
  ),
  'mailbox.ews-switched-off': entry(
    'mailbox',
    'permission-missing',
    'mail-admin',
    'Your administrator has switched off Exchange Web Services for this mailbox or application.',
    'HTTP 403 from Exchange. Check Get-CASMailbox -Identity MAILBOX | fl Ews* : EwsEnabled must be true and EwsApplicationAccessPolicy must admit the user agent "Lockstep".',
  ),
  'mailbox.use-office-365': entry(
    'mailbox',
    'mailbox-unavailable',
    'user',
    'This mailbox is in Office 365. Connect as Office 365 instead of Exchange.',
    'The EWS link or the Autodiscover answer names Office 365, where Exchange Web Services is switched off. The mailbox must be connected as Office 365.',
  ),
  'mailbox.impersonation-denied': entry(
    'mailbox',
    'permission-missing',
    'mail-admin',
    'The service account may not act for this mailbox. Ask your mail administrator, or connect the mailbox yourself.',
    'The ApplicationImpersonation role or its scope is missing: New-ManagementRoleAssignment -Name Lockstep -Role ApplicationImpersonation -User ACCOUNT -CustomRecipientWriteScope SCOPE.',
  ),
  'mailbox.access-denied': entry(
    'mailbox',
    'permission-missing',
    'mail-admin',
    'The sign-in worked, but this mailbox may not be opened with it. Ask your mail administrator for access to the mailbox.',
    "Exchange answered ErrorAccessDenied for the mailbox. Grant access (Add-MailboxPermission -Identity MAILBOX -User ACCOUNT -AccessRights FullAccess) or connect with the owner's own login.",
  ),
  'mailbox.not-found': entry(
    'mailbox',
    'mailbox-unavailable',
    'user',
    'No mailbox was found for this login. Check the address; if the mailbox was moved or its licence removed, ask your administrator.',
  ),
  'mailbox.moving': entry(
    'mailbox',
    'transient',
    'nobody',
    'Your mailbox is being moved. Sync resumes by itself.',
  ),
  'mailbox.throttled': entry(
    'mailbox',
    'throttled',
    'nobody',
    'The mail server asked us to slow down. Sync resumes by itself.',
    'The mail server throttles this mailbox; the wait it asked for is obeyed.',
  ),
  'mailbox.transient': entry(
    'mailbox',
    'transient',
    'nobody',
    'The mail server has a temporary problem. Sync tries again by itself.',
  ),
  'mailbox.cursor-expired': entry(
    'mailbox',
    'cursor-expired',
    'nobody',
    'A folder is being read anew; nothing is lost or doubled.',
  ),
  'mailbox.full': entry('mailbox', 'quota-or-licence', 'user', 'Your mailbox is full; free some space.'),
  'mailbox.request-invalid': entry(
    'mailbox',
    'request-invalid',
    'operator',
    'The mail server did not understand the sync service. The operator has been told.',
    'The mail server refused a request as invalid. This is a fault of Lockstep or of a proxy that changes requests; the vendor code is beside this text.',
  ),
  'mailbox.not-exchange': entry(
    'mailbox',
    'unreachable',
    'user',
    'This link leads to a web page, not to Exchange Web Services. Ask your Exchange administrator for the EWS link (it ends in /EWS/Exchange.asmx).',
    'The address answers with a web page, a redirect to a sign-in page, 404 or 405 instead of SOAP. Check the link and Get-WebServicesVirtualDirectory | fl ExternalUrl.',
  ),
  'mailbox.link-not-allowed': entry(
    'mailbox',
    'request-invalid',
    'user',
    "This link cannot be used: an EWS link starts with https:// and names your company's mail server.",
    'The EWS link is not https, holds a user name, or leads to an address that is not allowed. The operator lists allowed internal hosts in EWS_ALLOWED_HOSTS.',
  ),
  'mailbox.certificate-untrusted': entry(
    'mailbox',
    'unreachable',
    'mail-admin',
    "The mail server's certificate is not trusted, so the password was not sent. Ask your mail administrator.",
    "The TLS certificate is self-signed, expired, for another name, or signed by an unknown authority. Install a valid one, or give Lockstep your company's CA in EXTRA_CA_FILE.",
  ),
  'mailbox.unreachable': entry(
    'mailbox',
    'unreachable',
    'nobody',
    'The mail server cannot be reached. Check the server address; sync keeps trying.',
    'Connection refused, reset, timed out, or the name does not resolve.',
  ),
  'mailbox.autodiscover-failed': entry(
    'mailbox',
    'unreachable',
    'user',
    'Your Exchange server was not found by itself. Open "More" and enter the EWS link that your administrator gives you.',
    'No Autodiscover address of the mail domain answered. Publish autodiscover.DOMAIN, or give users the EWS link.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

const itemEntries = {
  'mailbox.item-gone': entry('mailbox', 'bad-item', 'nobody', 'The item was deleted or moved meanwhile.'),
  'mailbox.item-unreadable': entry(
    'mailbox',
    'bad-item',
    'mail-admin',
    'The mail server cannot read this item: it is damaged.',
    'The mail server answered with a conversion or corruption error for this item. New-MailboxRepairRequest may mend it.',
  ),
  'mailbox.item-access-denied': entry(
    'mailbox',
    'bad-item',
    'mail-admin',
    'The mail server refused access to this item.',
  ),
  'mailbox.item-too-large': entry(
    'mailbox',
    'bad-item',
    'user',
    'The item is larger than the limit and was not saved.',
  ),
  'mailbox.attachment-too-large': entry(
    'mailbox',
    'bad-item',
    'user',
    'The mail was saved without an attachment that is larger than the limit.',
    'An attachment is larger than the limit in the settings (attachmentBytesMax); the mail itself was saved.',
  ),
  'mailbox.item-conflict': entry(
    'mailbox',
    'bad-item',
    'nobody',
    'The item was changed at the same moment; it is tried again.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

const crmEntries = {
  'crm.authorization-revoked': entry(
    'crm',
    'authorization-revoked',
    'user',
    'Salesforce access has expired or was revoked. Log in to Salesforce again.',
    "Salesforce refused the refresh token (invalid_grant). Check the app's refresh token policy under Setup, External Client Apps.",
  ),
  'crm.app-not-allowed': entry(
    'crm',
    'authorization-revoked',
    'crm-admin',
    'Your Salesforce administrator must allow this app.',
    'The app is blocked or not pre-authorised. Setup, Connected Apps OAuth Usage: install or unblock it; or add the user to its permission set.',
  ),
  'crm.user-inactive': entry(
    'crm',
    'authorization-revoked',
    'crm-admin',
    'Your Salesforce user or organization is inactive. Ask your Salesforce administrator.',
  ),
  'crm.login-restricted': entry(
    'crm',
    'permission-missing',
    'crm-admin',
    'Salesforce login rules (IP range or hours) block the sync service. Ask your Salesforce administrator.',
    "The login was refused by IP range or login hours. Relax IP restrictions for the app, or add the server's address to the profile.",
  ),
  'crm.app-misconfigured': entry(
    'crm',
    'request-invalid',
    'operator',
    'The sync service itself is misconfigured. The operator has been told.',
    'Salesforce refused the client id, secret or redirect address. Check SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET and the callback URL of the app.',
  ),
  'crm.throttled': entry(
    'crm',
    'throttled',
    'nobody',
    'Salesforce asked us to slow down. Sync resumes by itself.',
  ),
  'crm.api-disabled': entry(
    'crm',
    'permission-missing',
    'crm-admin',
    'API access is not enabled for your Salesforce edition or profile. Ask your Salesforce administrator.',
    'Enable "API Enabled" in the profile or a permission set; the edition must include API access.',
  ),
  'crm.api-limit': entry(
    'crm',
    'quota-or-licence',
    'crm-admin',
    'Your organization has used up its Salesforce API calls for today. Sync resumes by itself.',
    'REQUEST_LIMIT_EXCEEDED. See Setup, Company Information, API Requests, Last 24 Hours.',
  ),
  'crm.field-missing': entry(
    'crm',
    'permission-missing',
    'crm-admin',
    'Your Salesforce profile cannot see an object or field that the sync needs. Ask your Salesforce administrator.',
    'An object or field is missing or hidden. Grant it by the permission set "Lockstep" in salesforce/, or in the profile\'s field-level security. The names are beside this text.',
  ),
  'crm.transient': entry(
    'crm',
    'transient',
    'nobody',
    'Salesforce has a temporary problem. Sync tries again by itself.',
  ),
  'crm.unreachable': entry(
    'crm',
    'unreachable',
    'nobody',
    'Salesforce cannot be reached. Sync keeps trying.',
  ),
  'crm.certificate-untrusted': entry(
    'crm',
    'unreachable',
    'operator',
    'The connection to Salesforce is not secure, so nothing was sent. The operator must look at it.',
    'The TLS certificate of the Salesforce host is not trusted; a proxy may intercept the traffic. Add its CA in EXTRA_CA_FILE.',
  ),
  'crm.cursor-expired': entry(
    'crm',
    'cursor-expired',
    'nobody',
    'Salesforce is being read anew; nothing is lost or doubled.',
  ),
  'crm.request-invalid': entry(
    'crm',
    'request-invalid',
    'operator',
    'Salesforce did not understand the sync service. The operator has been told.',
    'Salesforce refused a request as malformed. The vendor code is beside this text; an API version that was retired shows here too.',
  ),
  'crm.storage-full': entry(
    'crm',
    'quota-or-licence',
    'crm-admin',
    'Your Salesforce storage is full.',
    'STORAGE_LIMIT_EXCEEDED. See Setup, Storage Usage.',
  ),
  'crm.validation-rule': entry(
    'crm',
    'bad-item',
    'crm-admin',
    'A rule in your Salesforce refused this record.',
    "A validation rule or trigger refused the record. Open the item to see Salesforce's own text.",
  ),
  'crm.required-field-missing': entry(
    'crm',
    'bad-item',
    'crm-admin',
    'Your Salesforce demands a field that a saved mail cannot fill.',
    'REQUIRED_FIELD_MISSING: make the named field optional, or give it a default.',
  ),
  'crm.field-too-long': entry(
    'crm',
    'bad-item',
    'crm-admin',
    'A field of this record is longer than Salesforce takes.',
  ),
  'crm.duplicate': entry('crm', 'bad-item', 'crm-admin', 'Salesforce holds this record already.'),
  'crm.record-locked': entry(
    'crm',
    'bad-item',
    'nobody',
    'Salesforce was changing the same record; it is tried again.',
  ),
  'crm.record-access-denied': entry(
    'crm',
    'bad-item',
    'crm-admin',
    'Your Salesforce user may not write this record.',
    'INSUFFICIENT_ACCESS: check sharing and object permissions of the related record.',
  ),
  'crm.record-gone': entry('crm', 'bad-item', 'nobody', 'The Salesforce record was deleted meanwhile.'),
  'crm.owner-inactive': entry(
    'crm',
    'bad-item',
    'crm-admin',
    'The owner of the Salesforce record is inactive.',
  ),
  'crm.record-refused': entry(
    'crm',
    'bad-item',
    'crm-admin',
    'Salesforce refused this record.',
    'Salesforce refused the record; its error code is beside this text.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

const lockstepEntries = {
  'lockstep.internal': entry(
    'lockstep',
    'transient',
    'operator',
    'The sync service had a fault of its own and tries again. The operator has been told.',
    'An unexpected error inside Lockstep; the log names the place.',
  ),
  'lockstep.interrupted': entry(
    'lockstep',
    'throttled',
    'nobody',
    'The run was interrupted and goes on with the next one.',
  ),
  'lockstep.being-saved-elsewhere': entry(
    'lockstep',
    'bad-item',
    'nobody',
    "A colleague's sync is saving the same mail at this moment; the next run links it.",
  ),
} as const satisfies Record<string, CatalogueEntry>;

const entries = { ...mailboxEntries, ...itemEntries, ...crmEntries, ...lockstepEntries } as const;

/** A stable, dotted code of the catalogue. */
export type FailureCode = keyof typeof entries;

export const catalogue: Readonly<Record<FailureCode, CatalogueEntry>> = entries;

/** All codes, in the order of the catalogue. */
export const failureCodes = Object.keys(entries) as readonly FailureCode[];

/** Whether a string from outside (a row, a request) is a code of the catalogue. */
export function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(entries, text);
}
