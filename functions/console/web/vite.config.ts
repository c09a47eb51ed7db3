import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { antdStyles } from './antd-styles.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  base: '/console/',
  publicDir: false,
  plugins: [antdStyles(`${here}src`)],
  build: {
    outDir: fileURLToPath(new URL('../../../.build/console', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // A small file as a data: address would need a wider content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      // Of Ant Design's hundreds of modules only those in use are read: the build takes two seconds instead of fifteen.
      experimental: { lazyBarrel: true },
      // Every module of Ant Design starts with 'use client', which means nothing here.
      checks: { moduleLevelDirective: false },
    },
  },
});
