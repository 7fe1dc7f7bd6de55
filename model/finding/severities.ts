/** How urgent a finding is: PAGE wakes someone, TICKET waits for the working day, INFO is listed and never sent. */
export const SEVERITIES = ['PAGE', 'TICKET', 'INFO'] as const;

/** How urgent a finding is. */
export type Severity = (typeof SEVERITIES)[number];
