/** How urgent a finding is: PAGE wakes someone, TICKET waits for the working day, INFO is listed and never sent. */
export const SEVERITIES = ['PAGE', 'TICKET', 'INFO'] as const;

/** How urgent a finding is. */
export type Severity = (typeof SEVERITIES)[number];

/** The order of urgency: below 0 when `a` is more urgent than `b`. */
export function byUrgency(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}
