import { defineConfig } from 'vitest/config';

/** Checks with a real Alertmanager and a real Prometheus; apart, since they are installed from Debian's packages. */
export default defineConfig({
  test: {
    include: ['test/alertmanager/**/*.test.ts', 'test/prometheus/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
