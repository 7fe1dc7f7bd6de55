import { defineConfig } from 'vitest/config';

/** Checks with a real Alertmanager; apart, since it is installed from Debian's packages. */
export default defineConfig({
  test: { include: ['test/alertmanager/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
