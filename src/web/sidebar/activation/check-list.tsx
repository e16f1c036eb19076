/** The truthful check at the end of an activation (A11): each capability that was tried, ticked off or with its failure and who can mend it. */
import type { ActivationView, FailureView } from '../../../api-schema/mailbox.ts';
import { distinctChecks, sayCapability } from '../../shared/capability-words.ts';
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

/** Appears line by line; for a reader who wants less motion at once. `told`: the code of a failure that stands above the list already. */
export function CheckList(props: { readonly checks: ActivationView['checks']; readonly told?: string }) {
  const { checks, told } = props;
  return (
    <ul className={css.checks} aria-label="What was checked">
      {distinctChecks(checks).map(({ capability, ok, failure }, index) => (
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
