import { defineConfig } from 'vitest/config';

/** Checks against a local AWS and a real S3 server; apart, since both are fetched (0.5 GB) and need Python. */
export default defineConfig({
  test: {
    setupFiles: ['test/seedProperties.ts'],
    include: ['test/cloud/**/*.test.ts'],
    globalSetup: ['test/cloud/globalSetup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
