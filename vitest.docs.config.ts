import { defineConfig } from 'vitest/config';

/** What the docs say can be run, run; their links. Apart, since it makes a demo first. */
export default defineConfig({
  test: { include: ['test/docs/**/*.test.ts'], testTimeout: 900_000, hookTimeout: 900_000 },
});
