/** How the page starts: finds its host and puts the application into the document. The entries in `host/` call it. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { findHost } from '../host/find-host.ts';
import '../shared/page.css';
import { App } from './app.tsx';

/** To be called once the host, if there is one, has been left in the window. */
export function startPage(): void {
  const root = document.getElementById('root');
  if (root === null) return;
  void findHost().then((host) =>
    createRoot(root).render(
      <StrictMode>
        <App host={host} />
      </StrictMode>,
    ),
  );
}
