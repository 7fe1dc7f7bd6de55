import * as z from 'zod';

const number = z.coerce.number().default(0);

/** One answer of Trino's statement protocol, read with `parseExactJson`: numbers are text. Unknown keys are Trino's to add. */
export const trinoPageSchema = z.object({
  id: z.string(),
  nextUri: z.string().optional(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })).optional(),
  data: z.array(z.array(z.unknown())).optional(),
  stats: z
    .object({
      state: z.string(),
      completedSplits: number,
      totalSplits: number,
      processedRows: number,
      processedBytes: number,
    })
    .optional(),
  error: z
    .object({
      message: z.string().default(''),
      errorName: z.string().default('UNKNOWN'),
      errorType: z.string().default('UNKNOWN'),
    })
    .optional(),
});

/** One answer of Trino's statement protocol. */
export type TrinoPage = z.output<typeof trinoPageSchema>;
