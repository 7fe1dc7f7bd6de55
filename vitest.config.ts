import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['test/seedProperties.ts'],
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/browser/**',
      'test/docs/**',
      'test/manifests/**',
      'test/engines/**',
      'test/cloud/**',
      'test/alertmanager/**',
      'test/prometheus/**',
    ],
    // On two cores vitest would run one file at a time, while many of them wait for a command they started.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Against what hangs, not against what is slow: on a machine shared with others everything takes five times as long.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
