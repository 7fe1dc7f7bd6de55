import * as z from 'zod';
import { rateCardSchema, type Tenant, tenantSchema, utcDaySchema } from '../../model/index.js';
import { asWritten } from '../rates/priceBook.js';

const who = z.string().min(1).max(200);
const base = {
  version: z.literal(1),
  /** Place in the log of periods. Whoever claims number N has read 1 to N-1. */
  number: z.int().positive(),
  /** `YYYY-MM`. */
  period: z.string().regex(/^\d{4}-\d{2}$/),
  /** ISO instant. */
  at: z.iso.datetime(),
};

/** Everything that decides what a period is billed, frozen when its close begins: nothing later changes it. */
const factsSchema = z.strictObject({
  /** Bookings of later dates do not count: they are corrections in a later period. This date is sealed. */
  booked_through: utcDaySchema,
  /** How far the ledger's data went, epoch ms. */
  data_through: z.int(),
  completeness: z.string(),
  /** UTC days with hours that are incomplete, by tenant: none, unless that was accepted. */
  doubtful: z.record(z.string(), z.array(utcDaySchema)),
  accepted_incomplete: z.string().nullable(),
  settings: z.strictObject({
    provider: z.string(),
    host: z.string(),
    paymentTerms: z.string(),
    services: z.record(z.string(), z.string()),
  }),
  rate_cards: z.array(rateCardSchema),
  tenants: z.array(tenantSchema),
});

/** What a period's close was begun with. */
export type PeriodFacts = z.output<typeof factsSchema>;

/**
 * One entry of the log of periods: a close began (`closing`) or was given up (`reopened`), was approved, and has ended
 * (`closed`) with the package that was billed. Created by one conditional write, so each number has one winner.
 */
export const periodEntrySchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...base, kind: z.literal('closing'), by: who, facts: factsSchema }),
  z.strictObject({ ...base, kind: z.literal('reopened'), by: who, reason: z.string().min(1) }),
  z.strictObject({ ...base, kind: z.literal('approved'), by: who }),
  z.strictObject({
    ...base,
    kind: z.literal('closed'),
    by: who,
    export_id: z.string(),
    export_version: z.int().positive(),
    manifest_sha256: z.string(),
    billed: z.record(z.string(), z.string()),
  }),
]);

/** One entry of the log of periods. */
export type PeriodEntry = z.output<typeof periodEntrySchema>;

/** An entry as text. What is frozen is written as it would stand in a project file. */
export function periodEntryText(entry: PeriodEntry): string {
  if (entry.kind !== 'closing') return `${JSON.stringify(entry, null, 2)}\n`;
  const { facts } = entry;
  const written = { ...facts, rate_cards: facts.rate_cards.map(asWritten), tenants: facts.tenants.map(billedParts) };
  return `${JSON.stringify({ ...entry, facts: written }, null, 2)}\n`;
}

/** What of a tenant decides its bill. */
export function billedParts(tenant: Tenant): object {
  const { id, name, plan, billing_account, status, effective_from, effective_until } = tenant;
  return { id, name, plan, billing_account, status, effective_from, effective_until };
}
