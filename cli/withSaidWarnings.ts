import type { ReportResult } from '../queries/index.js';
import type { CliContext } from './CliContext.js';

/** A report whose document carries all that was warned of on stderr, such as that no tenant of this name is registered. */
export function withSaidWarnings(result: ReportResult, { answer }: CliContext): ReportResult {
  return { ...result, warnings: [...new Set([...result.warnings, ...(answer?.warnings ?? [])])] };
}
