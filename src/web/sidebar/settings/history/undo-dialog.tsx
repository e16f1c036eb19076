/** *Undo* a run (D5): what it created, live from Salesforce, and taking it away on demand. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Link,
} from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { CreatedRecords, removalViewSchema } from '../../../../api-schema/removal.ts';
import type { RunView } from '../../../../api-schema/runs.ts';
import { collectionWords } from '../../../../model/collection-words.ts';
import { problemOf } from '../../../shared/api-problem.ts';
import { Quiet } from '../../../shared/card.tsx';
import { Loading } from '../../../shared/loading.tsx';
import { LongWork } from '../../../shared/long-work.tsx';
import { ProblemNotice } from '../../../shared/problem-notice.tsx';
import { mailboxKey, useCreatedRecords } from '../../../shared/queries.ts';
import { RemovalResult } from '../../../shared/removal-result.tsx';
import { sayNumber } from '../../../shared/times.ts';
import { type Lines, useLines } from '../../../shared/use-lines.ts';
import css from '../../mails/mails.module.css';

type Removal = Lines<z.infer<typeof removalViewSchema>>;

export function UndoDialog({ run, onClose }: { readonly run: RunView; readonly onClose: () => void }) {
  const created = useCreatedRecords(run.id);
  const removal: Removal = useLines();
  const client = useQueryClient();
  const { kind } = removal.state;
  const removable = created.data?.removable ?? 0;
  const undo = () =>
    removal.ask(`/api/runs/${encodeURIComponent(run.id)}/undo`, {}, () => {
      void client.invalidateQueries({ queryKey: mailboxKey });
    });
  return (
    <Dialog
      open
      modalType="alert"
      onOpenChange={(_event, data) => !data.open && kind !== 'asking' && onClose()}
    >
      <DialogSurface role="dialog">
        <DialogBody>
          <DialogTitle>Undo this run</DialogTitle>
          <DialogContent className={css.stack ?? ''}>
            {kind === 'idle' && created.isPending && (
              <Loading label="Loading what this run created" lines={5} />
            )}
            {kind === 'idle' && created.error !== null && (
              <ProblemNotice problem={problemOf(created.error)} onRetry={() => void created.refetch()} />
            )}
            {kind === 'idle' && created.data !== undefined && <Created created={created.data} />}
            <Removing removal={removal} onRetry={undo} />
          </DialogContent>
          <DialogActions>
            {kind === 'idle' && removable > 0 && (
              <Button onClick={undo}>Remove {sayNumber(removable, 'record')}</Button>
            )}
            {kind !== 'asking' && (
              <Button appearance="primary" onClick={onClose}>
                {kind === 'idle' ? 'Keep everything' : 'Done'}
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function Removing({ removal, onRetry }: { readonly removal: Removal; readonly onRetry: () => void }) {
  const { state, cancel } = removal;
  if (state.kind === 'asking') {
    return <LongWork label="Removing from Salesforce" progress={state.progress} onCancel={cancel} />;
  }
  if (state.kind === 'refused') return <ProblemNotice problem={state.problem} onRetry={onRetry} />;
  return state.kind === 'done' ? <RemovalResult result={state.result} /> : null;
}

function Created({ created }: { readonly created: CreatedRecords }) {
  const { items, removable, madeInMailbox } = created;
  if (items.length === 0)
    return (
      <>
        <Quiet>This run created nothing in Salesforce.</Quiet>
        <Staying count={madeInMailbox} />
      </>
    );
  const stays = items.length - removable;
  return (
    <>
      <p>
        This run created {sayNumber(items.length, 'record')} in Salesforce. Removed ones never come back by
        themselves; everything in your mailbox stays as it is.
        {stays > 0 &&
          ` ${sayNumber(stays, 'record stays', 'records stay')}: gone already, or a colleague’s mailbox relies on it.`}
      </p>
      <Staying count={madeInMailbox} />
      <ul className={css.list} aria-label="What this run created">
        {items.map(({ recordId, collection, url, label, removable: goes }) => (
          <li key={recordId}>
            {url === null ? (
              (label ?? recordId)
            ) : (
              <Link href={url} target="_blank" rel="noreferrer" inline>
                {label ?? recordId}
              </Link>
            )}
            {collection !== 'emails' && (
              <span className={css.quiet}> · {collectionWords[collection].names[0]}</span>
            )}
            {!goes && <span className={css.quiet}> · stays</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

/** What came down stays: taking it out of a mailbox is its owner's own doing. */
function Staying({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <p>
      It also made {sayNumber(count, 'item')} in your mailbox from Salesforce;{' '}
      {count === 1 ? 'it stays' : 'they stay'}.
    </p>
  );
}
