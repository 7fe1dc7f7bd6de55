import { defineConfig } from 'vitest/config';

/** Checks against a real Trino; apart, since it is fetched (1 GB) and needs a Java. */
export default defineConfig({
  test: {
    setupFiles: ['test/seedProperties.ts'],
    include: ['test/engines/**/*.test.ts'],
    globalSetup: ['test/engines/globalSetup.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
