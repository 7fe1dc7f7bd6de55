import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { ParameterValues } from './parameters.js';
import type { Report } from './Report.js';

const valueSchema = z.union([
  z.string(),
  z.number(),
  z.array(z.string()),
  z.strictObject({ start: z.number(), end: z.number() }),
]);

const tagSchema = z.strictObject({
  report: z.string(),
  /** Of the report's statement, so that another version of it is noticed. */
  digest: z.string(),
  params: z.record(z.string(), valueSchema),
  /** Of a statement that is read later: what was known when it was started. */
  known: z
    .strictObject({
      data_through: z.string().nullable(),
      completeness: z.string(),
      warnings: z.array(z.string()),
    })
    .optional(),
});

/** What a statement that runs by itself says of where it comes from, as a comment at its end. */
export type ReportTag = z.output<typeof tagSchema>;

const MARK = '\n-- tenantscope: ';

/** Lists longer than this are not repeated in the comment: the statement has them, and its length is bounded. */
const LONGEST_LIST = 20;

/**
 * A statement with its tag. The same values give the same text, so that an engine can still take an earlier result for it,
 * unless what was `known` has changed.
 */
export function tagStatement(sql: string, report: Report, values: ParameterValues, known?: ReportTag['known']): string {
  const short = Object.entries(values).filter(([, value]) => !Array.isArray(value) || value.length <= LONGEST_LIST);
  const tag = {
    report: report.name,
    digest: digestOf(report),
    params: Object.fromEntries(short),
    ...(known === undefined ? {} : { known }),
  };
  // JSON breaks no line, so the comment ends where it should.
  return sql + MARK + JSON.stringify(tag);
}

/** The tag of a statement; undefined for one that has none, which somebody else wrote. */
export function readTag(sql: string): ReportTag | undefined {
  const at = sql.lastIndexOf(MARK);
  if (at < 0) return undefined;
  try {
    return tagSchema.safeParse(JSON.parse(sql.slice(at + MARK.length))).data;
  } catch {
    return undefined;
  }
}

/** Which version of a report's statement this is. */
export function digestOf(report: Report): string {
  return createHash('sha256').update(report.sql).digest('hex').slice(0, 16);
}
