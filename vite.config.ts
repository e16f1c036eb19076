/**
 * How the pages become static files: `npx vite build` writes dist/web, which the server hands out with index.html for `/`.
 * Nothing is inlined, so that a content security policy without 'unsafe-inline' for scripts holds.
 */
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page itself, the same in Outlook, the windows in which framed pages sign in, and the admin console. */
const documents = ['index.html', 'outlook.html', 'dialog.html', 'outlook-dialog.html', 'admin.html'];

export default defineConfig({
  root: 'src/web',
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    // The licences of what is built in ask for their texts to go along.
    license: { fileName: 'licenses.md' },
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Some Fluent UI files open with 'use client', which means nothing outside server components.
    rolldownOptions: {
      input: documents.map((name) => resolve(import.meta.dirname, 'src/web', name)),
      checks: { moduleLevelDirective: false },
    },
  },
});
