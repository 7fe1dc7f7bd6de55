import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['test/seedProperties.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/manifests/**', 'test/engines/**', 'test/cloud/**', 'test/alertmanager/**'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
