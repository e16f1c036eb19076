/**
 * How the pages become static files: `npx vite build` writes dist/web, which the server hands out with index.html for `/`.
 * Nothing is inlined, so that a content security policy without 'unsafe-inline' for scripts holds.
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/web',
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Some Fluent UI files open with 'use client', which means nothing outside server components.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});
