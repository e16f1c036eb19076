/** How the admin console starts: the script of admin.html. It has no host beside it and may not be framed; its pages live below /admin. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../shared/page.css';
import './console.css';
import { ConsoleApp } from './console-app.tsx';

// The document has a name of its own; whoever opens it by that stands on the first page.
if (!/^\/admin(\/|$)/.test(window.location.pathname)) window.history.replaceState(null, '', '/admin');

const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <ConsoleApp />
    </StrictMode>,
  );
