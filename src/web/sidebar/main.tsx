/** Where the page starts: puts the application into index.html. Nothing else happens here. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../shared/page.css';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
