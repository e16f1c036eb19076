/** A page about settings: waiting for them, not reached, or what stands on them. */
import type { ReactNode } from 'react';
import type { SettingsView } from '../../../api-schema/settings.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Loading } from '../../shared/loading.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useSettings } from '../../shared/queries.ts';

export function WithSettings({ children }: { readonly children: (view: SettingsView) => ReactNode }) {
  const settings = useSettings();
  return (
    <>
      {settings.isPending && <Loading label="Loading settings" lines={8} />}
      {settings.error !== null && (
        <ProblemNotice problem={problemOf(settings.error)} onRetry={() => void settings.refetch()} />
      )}
      {settings.data !== undefined && children(settings.data)}
    </>
  );
}
