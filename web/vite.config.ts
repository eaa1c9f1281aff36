import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `npm run page` serves the sources with a dashboard at this address behind them; a build needs none. */
const dashboard = process.env['CRONKEEPER_DASHBOARD'] ?? 'http://127.0.0.1:2766';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), tailwindcss()],
  logLevel: 'warn',
  server: { proxy: { '/api': { target: dashboard, changeOrigin: true } } },
  build: {
    target: 'es2023',
    // Files in place of data addresses, and no script of Vite's own in the page: its policy allows neither.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    reportCompressedSize: false,
  },
});
