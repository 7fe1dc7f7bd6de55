import { fileURLToPath } from 'node:url';
import { findFloorViolations } from './findFloorViolations.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const violations = findFloorViolations(root);
for (const violation of violations) process.stderr.write(`${violation.kind}: ${violation.message}\n`);
process.stderr.write(
  violations.length === 0 ? 'floors: no violation\n' : `floors: ${violations.length} violation(s)\n`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
