import type { Finding } from '../model/index.js';

/** Findings as people read them on a terminal: severity, sentence, next steps for all but INFO. */
export function formatFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'No tenant stands out.';
  return findings
    .flatMap((finding) => [
      `${finding.severity.padEnd(6)}  ${finding.sentence}`,
      ...(finding.severity === 'INFO' ? [] : finding.next.map((step) => `        - ${step}`)),
    ])
    .join('\n');
}
