/** What an admin does with a roll-out: check, start, halt, resume, cancel. The answer is the roll-out as it is then. */
import type { RolloutView } from '../../../api-schema/admin/rollouts.ts';
import { useAdminChange } from '../shared/admin-queries.ts';

export type RolloutAct = RolloutView['may'][number];

export interface RolloutActing {
  readonly act: (act: RolloutAct, onDone?: () => void) => void;
  readonly isPending: boolean;
  readonly error: unknown;
}

export function useRolloutAct(id: string): RolloutActing {
  const change = useAdminChange<RolloutView>();
  return {
    act: (act, onDone) =>
      change.mutate(
        { method: 'POST', below: `/rollouts/${id}/${act}` },
        onDone === undefined ? {} : { onSuccess: onDone },
      ),
    isPending: change.isPending,
    error: change.error,
  };
}
