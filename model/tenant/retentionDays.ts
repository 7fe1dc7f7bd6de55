import * as z from 'zod';

/** How long something is kept: whole days after its UTC date is over, at most a century. */
export const retentionDaysSchema = z.int().min(1).max(36_525);

/** How long events and quarantined records are kept, unless a plan or a tenant says otherwise. */
export const retentionSettingsSchema = z.strictObject({
  /** Events. Absent: for good. */
  days: retentionDaysSchema.optional(),
  /** Quarantined records, which hold bytes as they came, unredacted. */
  errors_days: retentionDaysSchema.default(30),
});

/** How long events and quarantined records are kept, unless a plan or a tenant says otherwise. */
export type RetentionSettings = z.output<typeof retentionSettingsSchema>;
