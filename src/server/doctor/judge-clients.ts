/** Whether the operator's applications look like what the vendors give out: a typing error is found here rather than by the first person who logs in. */
import { X509Certificate } from 'node:crypto';
import { DAY, type Instant } from '../../model/clock.ts';
import type { Config } from '../config.ts';
import { type Finding, finding } from './finding.ts';

const RENEW_DAYS = 30;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Applications at other hosts than the vendors' own, as when trying things out, are not judged by their looks. */
export function judgeClients(config: Config, now: Instant): readonly Finding[] {
  const { salesforce, office365, google } = config;
  const findings: Finding[] = [];
  if (salesforce.extraOrigins.every((origin) => /^https:\/\/[\w.-]+\.salesforce\.com$/.test(origin)))
    findings.push(
      finding(
        'Salesforce application',
        /^3MVG[\w.]{20,}$/.test(salesforce.clientId),
        'its consumer key looks right',
        'SALESFORCE_CLIENT_ID is no consumer key: those begin with 3MVG. Copy it from the app (salesforce/README.md).',
      ),
    );
  if (office365 !== null && /\.(com|us|cn)$/.test(new URL(office365.loginOrigin).hostname))
    findings.push(...judgeOffice365(office365, now));
  if (google?.tokenOrigin.endsWith('.googleapis.com'))
    findings.push(
      finding(
        'Google application',
        /^\d+-[a-z0-9]+\.apps\.googleusercontent\.com$/.test(google.clientId),
        'its client id looks right',
        'GOOGLE_CLIENT_ID is no client id: those end in .apps.googleusercontent.com. Copy it from the Google Cloud console, Credentials.',
      ),
      finding(
        'Google service account',
        google.serviceAccount === null || google.serviceAccount.email.endsWith('.gserviceaccount.com'),
        google.serviceAccount === null ? 'none, so no domain-wide delegation' : 'looks right',
        'GOOGLE_SERVICE_ACCOUNT_FILE is no key of a service account: its client_email does not end in .gserviceaccount.com.',
      ),
    );
  return findings;
}

function judgeOffice365(app: NonNullable<Config['office365']>, now: Instant): readonly Finding[] {
  const tenantFits =
    UUID.test(app.tenant) ||
    ['organizations', 'common', 'consumers'].includes(app.tenant) ||
    /^[\w-]+(\.[\w-]+)+$/.test(app.tenant);
  return [
    finding(
      'Office 365 application',
      UUID.test(app.clientId) && tenantFits,
      'its ids look right',
      UUID.test(app.clientId)
        ? "OFFICE365_TENANT is neither a tenant's id nor a domain. Copy it from the Entra admin center."
        : 'OFFICE365_CLIENT_ID is no application id: those look like 11111111-2222-3333-4444-555555555555. Copy it from the Entra admin center, App registrations.',
    ),
    ...(app.certificate === null ? [] : [judgeCertificate(app.certificate.certificate, now)]),
  ];
}

/** A certificate that ends soon stops every mailbox on the same day. */
export function judgeCertificate(pem: string, now: Instant): Finding {
  const days = Math.floor((Date.parse(new X509Certificate(pem).validTo) - now) / DAY);
  return finding(
    'Office 365 certificate',
    days >= RENEW_DAYS,
    `good for ${days} days`,
    days < 0
      ? 'has expired: no token is given for it. Make a new one, upload it and name it in OFFICE365_CERTIFICATE_FILE.'
      : `expires in ${days} days. Make a new one, upload it beside the old one and name it in OFFICE365_CERTIFICATE_FILE.`,
  );
}
