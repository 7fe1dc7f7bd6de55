import * as z from 'zod';
import { SEVERITIES } from '../finding/severities.js';

const instant = z.int().nonnegative();

/**
 * Nothing is sent for what it matches until it expires. Owner, reason and end are not optional: a silence nobody remembers
 * is how a real page is missed.
 */
export const silenceSchema = z
  .strictObject({
    version: z.literal(1),
    id: z.string().regex(/^[0-9a-f]{16}$/),
    /** What it matches; all that is given must hold, and something must be given. */
    match: z
      .strictObject({
        tenant_id: z.string().optional(),
        service: z.string().optional(),
        severity: z.enum(SEVERITIES).optional(),
        kind: z.string().optional(),
      })
      .refine((match) => Object.values(match).some((value) => value !== undefined), {
        error: 'expected a tenant, a service, a severity or a kind: a silence of everything is not taken',
      }),
    owner: z.string().min(1),
    reason: z.string().min(1),
    starts_at: instant,
    ends_at: instant,
  })
  .refine((silence) => silence.starts_at < silence.ends_at, { error: 'expected an end after the start' });

/** A silence. */
export type Silence = z.output<typeof silenceSchema>;
