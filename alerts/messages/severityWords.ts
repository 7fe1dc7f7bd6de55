import type { Severity } from '../../model/index.js';

/** How urgent a message is, in the words of PagerDuty and Alertmanager. */
export const SEVERITY_WORDS = { PAGE: 'critical', TICKET: 'warning', INFO: 'info' } as const satisfies Record<
  Severity,
  string
>;
