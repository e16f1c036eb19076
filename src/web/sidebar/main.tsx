/** Where the page starts: finds its host and puts the application into index.html. Nothing else happens here. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { findHost } from '../host/find-host.ts';
import '../shared/page.css';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root !== null) {
  void findHost().then((host) =>
    createRoot(root).render(
      <StrictMode>
        <App host={host} />
      </StrictMode>,
    ),
  );
}
