/** The truthful check at the end of an activation (A11): each capability that was tried, ticked off or with its failure and who can mend it. */
import type { ActivationView, FailureView } from '../../../api-schema/mailbox.ts';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { Icon } from '../../shared/icons.tsx';
import css from './activation.module.css';

const menders: Readonly<Record<FailureView['mender'], string>> = {
  user: 'You can mend this.',
  'mail-admin': 'Your mail administrator can mend this.',
  'crm-admin': 'Your Salesforce administrator can mend this.',
  operator: 'Whoever runs Lockstep in your company can mend this.',
  nobody: 'Nobody needs to do anything: it mends itself.',
};

/** What was tried, in words; one that has none here is shown by its name, with blanks. */
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

function sayCapability(capability: string): string {
  const words = capabilities[capability] ?? capability.replaceAll(/[-._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Both sides sign in, the mailbox first. */
function distinct(checks: ActivationView['checks']): ActivationView['checks'] {
  return checks.map((check, index) =>
    checks.findIndex(({ capability }) => capability === check.capability) === index
      ? check
      : { ...check, capability: `crm-${check.capability}` },
  );
}

/** Appears line by line; for a reader who wants less motion at once. `told`: the code of a failure that stands above the list already. */
export function CheckList(props: { readonly checks: ActivationView['checks']; readonly told?: string }) {
  const { checks, told } = props;
  return (
    <ul className={css.checks} aria-label="What was checked">
      {distinct(checks).map(({ capability, ok, failure }, index) => (
        <li key={capability} style={{ animationDelay: `${index * 120}ms` }}>
          <Icon name={ok ? 'good' : 'bad'} className={ok ? css.ok : css.failed} />
          <div>
            {sayCapability(capability)}
            {!ok && <span className="visually-hidden"> failed</span>}
            {ok && <span className="visually-hidden"> works</span>}
            {failure !== null && (
              <>
                <p>
                  {failure.code === told ? '' : `${failure.text} `}
                  <strong>{menders[failure.mender]}</strong>
                </p>
                {failure.code !== told && <FailureDetail {...failure} />}
              </>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
