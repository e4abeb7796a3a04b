import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = `http://127.0.0.1:${process.env.WIRECHIEF_PORT ?? 8080}`;
const toServer = { target: server, changeOrigin: false };

/** Builds the screens into dist/web, where the server serves them; in development it hands the server's own paths on. */
export default defineConfig({
  root: fileURLToPath(new URL('src/web', import.meta.url)),
  base: '/',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // The explorer's graph library is its own chunk, loaded on its route: ui.md §14.
    chunkSizeWarningLimit: 900,
  },
  server: {
    port: 5173,
    proxy: {
      '/api': toServer,
      '/oauth2': toServer,
      '/events': toServer,
      '/healthz': toServer,
      '/sign-in': toServer,
      // A person who opens the address gets the screen, as from the server.
      '/requests': {
        ...toServer,
        bypass: ({ headers }) => (headers.accept?.includes('text/html') ? '/index.html' : undefined),
      },
      '/softphone': { ...toServer, ws: true },
    },
  },
});
