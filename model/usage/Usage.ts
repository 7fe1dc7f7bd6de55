import * as z from 'zod';
import { microsSchema } from '../quantity/Micros.js';
import { tenantIdSchema } from '../tenant/TenantId.js';
import { METER_KINDS } from './meters.js';

/** One entry of an event's `usage` column: who consumed how much of what. */
export const usageSchema = z.strictObject({
  /** The consuming tenant; differs from the event's tenant only for shared services. */
  tenant_id: tenantIdSchema,
  service: z.string().min(1),
  /** Table, bucket, host … ; empty when the source names none. */
  resource: z.string(),
  operation: z.string(),
  meter: z.string().min(1),
  unit: z.string().min(1),
  kind: z.enum(METER_KINDS),
  /** Identity of a cumulative series (kind `counter`); empty otherwise. */
  series: z.string(),
  quantity_micros: microsSchema,
});

/** One entry of an event's `usage` column. */
export type Usage = z.output<typeof usageSchema>;
