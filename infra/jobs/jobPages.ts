/**
 * What somebody is called for, by the name of the alarm that calls, and the alarms it is made of. Two call nobody: `jobs-given-up`, since
 * later runs do what those did not and its queue stays full until somebody looks, and `object-events-lost`, since what was found is booked.
 */
export const JOB_PAGES = {
  /** One cause as a rule: without the ledger job there is nothing to judge. */
  'ledger-broken': ['ledger-failing', 'ledger-late', 'object-events-late', 'detection-failing', 'detection-late'],
  'nightly-broken': ['billing-failing', 'maintenance-failing'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** An alarm that calls somebody about the jobs. */
export type JobPage = keyof typeof JOB_PAGES;

/** Its name in the account. */
export const jobPageAlarm = (prefix: string, page: JobPage): string => `${prefix}-${page}`;
