import { execFileSync } from 'node:child_process';
import { describe } from 'vitest';

const missing = ['prometheus', 'promtool'].filter((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
});
if (missing.length > 0 && process.env.TENANTSCOPE_REQUIRE_ALERTS === '1')
  throw new Error(`not on PATH, and skipping is forbidden: ${missing.join(', ')}`);
if (missing.length > 0) console.warn(`skipped: not on PATH: ${missing.join(', ')}`);

/** Skips with a word where Prometheus is not installed, unless skipping is forbidden. */
export const withPrometheus = missing.length > 0 ? describe.skip : describe;

/** Runs promtool; throws with what it said when it does not like what it is given. */
export function promtool(args: readonly string[], input = ''): string {
  return execFileSync('promtool', [...args], { input, encoding: 'utf8', stdio: 'pipe' });
}
