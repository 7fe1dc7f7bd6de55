/** The scheduled jobs, by the name in their functions, roles, alarms and handlers. */
export const JOB_NAMES = ['ledger', 'detection', 'billing', 'maintenance'] as const;

/** One of them. */
export type JobName = (typeof JOB_NAMES)[number];
