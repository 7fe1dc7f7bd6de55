/** One thing that was checked of a package. */
export interface PackageCheck {
  readonly check: string;
  /** `warning`: it should be otherwise, and the package stands all the same. */
  readonly outcome: 'ok' | 'failed' | 'warning' | 'skipped';
  /** What was found, or where it is wrong. */
  readonly detail: string;
}

/** A package as a stranger finds it. */
export interface PackageVerification {
  readonly folder: string;
  readonly ok: boolean;
  readonly export_id: string | null;
  readonly checks: readonly PackageCheck[];
}

/** A verification for people: what failed and where, else what was checked. */
export function formatVerification({ folder, ok, checks }: PackageVerification): string {
  const marks = { ok: 'ok     ', failed: 'FAILED ', warning: 'warning', skipped: 'skipped' };
  const lines = checks.map(
    ({ check, outcome, detail }) => `  ${marks[outcome]}  ${check}${detail === '' ? '' : `: ${detail}`}`,
  );
  return [`${folder}: ${ok ? 'verified' : 'NOT as it was written, or not right'}`, ...lines].join('\n');
}
