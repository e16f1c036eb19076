/** The last resort: a fault of the page itself, or a part of it that could not be loaded, becomes a text with a way out. */
import { Component, type ReactNode } from 'react';
import type { Problem } from '../../api-schema/problem.ts';
import { ProblemNotice } from './problem-notice.tsx';

const crashed: Problem = {
  type: 'about:blank',
  title: 'Page fault',
  status: 0,
  code: 'page.fault',
  detail:
    'This page had a fault, or a part of it could not be loaded. Your sync goes on. Load the page again.',
};

/** Shows its children until one of them throws while rendering. */
export class CrashGuard extends Component<
  { readonly children: ReactNode },
  { readonly hasCrashed: boolean }
> {
  override state = { hasCrashed: false };

  static getDerivedStateFromError() {
    return { hasCrashed: true };
  }

  override render() {
    if (!this.state.hasCrashed) return this.props.children;
    return (
      <main>
        <h1 className="visually-hidden">Lockstep</h1>
        <ProblemNotice problem={crashed} onRetry={() => window.location.reload()} />
      </main>
    );
  }
}
