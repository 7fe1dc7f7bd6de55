/**
 * Every way tenantscope can refuse or fail, with the exit code the command line ends with.
 * Exit codes follow sysexits(3); 1 is kept for "it ran, and the answer is no" (an assertion or reconciliation failed).
 * The set is closed: docs/errors.md has one line per code, and a test holds the two together.
 */
export const ERROR_CODES = {
  USAGE: { exitCode: 64, meaning: 'a command, flag or argument is wrong' },
  INPUT_INVALID: { exitCode: 65, meaning: 'data given to a command does not have the form expected' },
  PARAMETER_INVALID: { exitCode: 65, meaning: 'a report parameter is missing, unknown or of the wrong type' },
  INPUT_NOT_FOUND: { exitCode: 66, meaning: 'an input file or folder is missing, unreadable or empty' },
  LAKE_NOT_FOUND: { exitCode: 66, meaning: 'the folder named with --lake is not a lake' },
  LAKE_EMPTY: { exitCode: 66, meaning: 'the lake holds nothing for this question yet' },
  REPORT_NOT_FOUND: { exitCode: 66, meaning: 'no saved report has this name' },
  ENGINE_UNAVAILABLE: { exitCode: 69, meaning: 'a query engine or service cannot be reached' },
  INTERNAL: { exitCode: 70, meaning: 'a defect in tenantscope' },
  LAKE_DAMAGED: { exitCode: 70, meaning: 'the lake or ledger contradicts its own journal' },
  CANNOT_CREATE: { exitCode: 73, meaning: 'an output file or folder cannot be created' },
  WRITE_FAILED: { exitCode: 74, meaning: 'writing failed half-way (disk full, quota, I/O error)' },
  READ_FAILED: { exitCode: 74, meaning: 'reading failed half-way' },
  LAKE_BUSY: { exitCode: 75, meaning: 'another run holds the lake; try again when it ended' },
  ENGINE_BUSY: {
    exitCode: 75,
    meaning: 'a query engine refuses for now because it is asked too much; try again later',
  },
  PERMISSION_DENIED: { exitCode: 77, meaning: 'the operating system or a guard refused' },
  CONFIG_INVALID: { exitCode: 78, meaning: 'tenantscope.yaml has a problem' },
  CHECK_FAILED: { exitCode: 1, meaning: 'the check ran, and the answer is no: sums differ, or --fail-on was reached' },
  TIMED_OUT: { exitCode: 124, meaning: 'a query took longer than its deadline' },
  INTERRUPTED: { exitCode: 130, meaning: 'ended by Ctrl-C (SIGINT)' },
} as const;

/** A member of the closed set of error codes. */
export type ErrorCode = keyof typeof ERROR_CODES;
