import type { LintFinding } from './lintReport.js';

/** A finding as editors and terminals can jump to: `line:column: message`, behind the file's name and a colon. */
export function formatFinding({ message, line, column }: LintFinding): string {
  return line === undefined ? message : `${line}:${column}: ${message}`;
}
