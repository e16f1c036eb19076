/** *Save to Salesforce* for one mail: the button, and what came of it. */
import { Button, Link } from '@fluentui/react-components';
import type { MailName } from '../../../api-schema/mails.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { useSaveMail } from '../../shared/mail-queries.ts';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import css from './mails.module.css';

/** `canSave` false: it is there already, or it cannot be saved. The result stays for the mail that it belongs to. */
export function SaveMail({ name, canSave }: { readonly name: MailName; readonly canSave: boolean }) {
  const save = useSaveMail();
  const result = save.data;
  return (
    <>
      <div className={css.actions}>
        {(canSave || save.isPending) && (
          <Button appearance="primary" disabledFocusable={save.isPending} onClick={() => save.mutate(name)}>
            {save.isPending ? 'Saving' : 'Save to Salesforce'}
          </Button>
        )}
        <span role="status">
          {result !== undefined && (
            <>
              {result.verdict.text}{' '}
              {result.recordUrl !== null && (
                <Link href={result.recordUrl} target="_blank" rel="noreferrer" inline>
                  Open it
                </Link>
              )}
            </>
          )}
        </span>
      </div>
      {save.error !== null && <ProblemNotice problem={problemOf(save.error)} />}
    </>
  );
}
