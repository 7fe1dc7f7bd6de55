import { defineConfig } from 'vitest/config';

/** Checks with the real helm, kustomize and kubectl-validate; apart, since they are installed with Go. */
export default defineConfig({ test: { include: ['test/manifests/**/*.test.ts'], testTimeout: 120_000 } });
