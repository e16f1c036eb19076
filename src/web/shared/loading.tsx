/** What stands where an answer is still awaited: grey lines for the eye, one word for the ear. */
import { Skeleton, SkeletonItem } from '@fluentui/react-components';

/** `lines` grey bars, named by what they wait for. */
export function Loading({ label, lines = 3 }: { readonly label: string; readonly lines?: number }) {
  return (
    <Skeleton aria-label={label} aria-busy="true">
      {Array.from({ length: lines }, (_, line) => `line ${line}`).map((key) => (
        <SkeletonItem key={key} size={16} style={{ marginBlock: 8 }} />
      ))}
    </Skeleton>
  );
}
