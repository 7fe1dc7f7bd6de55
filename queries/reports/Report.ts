import * as z from 'zod';

const parameterSchema = z.strictObject({
  name: z.string().regex(/^[a-z_]+$/),
  type: z.enum(['service', 'tenant_id', 'window', 'integer']),
  required: z.boolean().default(false),
  default: z.int().optional(),
  min: z.int().optional(),
  max: z.int().optional(),
  description: z.string(),
});

/** A declared parameter of a saved report. */
export type ReportParameter = z.output<typeof parameterSchema>;

/** The typed header of a saved report: what it answers, takes and returns. */
export const reportHeaderSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z-]+$/),
  title: z.string(),
  owner: z.string(),
  description: z.string(),
  table: z.enum(['ledger', 'heartbeats']),
  expected_scan: z.string(),
  params: z.array(parameterSchema),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string(), unit: z.string(), description: z.string() })),
  /** Figures added after the query, where division must be exact. */
  derive: z.enum(['share']).optional(),
});

/** A saved report: its header, its SQL with `{{placeholders}}`, and the file as it is. */
export type Report = z.output<typeof reportHeaderSchema> & { readonly sql: string; readonly source: string };
