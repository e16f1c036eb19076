/**
 * *Try now* for one event, contact or task: what became of it, and where Salesforce refused it, its own words, which are kept nowhere. What a duplicate rule
 * stopped may be saved all the same, after a look at what there is.
 */
import { Button, Link } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { ItemName } from '../../../api-schema/items.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { useSettleItem } from '../../shared/item-queries.ts';
import { Notice } from '../../shared/notice.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import css from '../mails/mails.module.css';

/** The only refusal that gives way to the person's word. */
const DUPLICATE_RULE = 'crm.duplicate-rule';

/** `describedBy`: what names the item. `code`: why it waits, as is known already. `children`: more in the line of the button. */
export function TryNow(props: {
  readonly name: ItemName;
  readonly describedBy?: string;
  readonly code?: string | undefined;
  readonly children?: ReactNode;
}) {
  const { name, describedBy, code, children } = props;
  const settle = useSettleItem();
  const result = settle.data;
  const waitsFor = result === undefined ? code : result.failure?.code;
  const isForced = settle.variables?.allowDuplicate === true;
  return (
    <div className={css.stack}>
      <div className={css.actions}>
        <Button
          aria-describedby={describedBy}
          disabledFocusable={settle.isPending}
          onClick={() => settle.mutate(name)}
        >
          {settle.isPending && !isForced ? 'Trying' : 'Try now'}
        </Button>
        {waitsFor === DUPLICATE_RULE && (
          <Button
            aria-describedby={describedBy}
            disabledFocusable={settle.isPending}
            onClick={() => settle.mutate({ ...name, allowDuplicate: true })}
          >
            {settle.isPending && isForced ? 'Saving' : 'Save all the same'}
          </Button>
        )}
        {children}
      </div>
      {result !== undefined && (
        <Notice tone={result.failure === null ? 'good' : 'waiting'} live>
          <p>{result.failure?.text ?? result.verdict.text}</p>
          {result.said !== null && (
            <>
              <p>Salesforce says:</p>
              <blockquote className={css.said}>{result.said}</blockquote>
            </>
          )}
          {result.failure !== null && <FailureDetail {...result.failure} />}
          {result.recordUrl !== null && (
            <p>
              <Link href={result.recordUrl} target="_blank" rel="noreferrer" inline>
                Open in Salesforce
              </Link>
            </p>
          )}
        </Notice>
      )}
      {settle.error !== null && <ProblemNotice problem={problemOf(settle.error)} />}
    </div>
  );
}
