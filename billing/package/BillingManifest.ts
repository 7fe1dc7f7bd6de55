import * as z from 'zod';
import { FOCUS_VERSIONS } from '../focus/FocusColumn.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
const count = z.int().nonnegative();
const file = z.strictObject({
  path: z.string().regex(/^[A-Za-z0-9_.-]+$/, { error: 'expected the name of a file of the package' }),
  bytes: count,
  rows: count,
  sha256,
});
/** A version of an export, and what its manifest hashed to. */
const versionSchema = z.strictObject({ version: z.int().positive(), export_id: sha256, manifest_sha256: sha256 });

/**
 * `manifest.json` of a billing export: what it is, what it was made from, every file with its hash, and the totals to check it
 * by. Written last; its presence means that the package is whole. Nothing in it comes from a clock.
 */
export const billingManifestSchema = z.strictObject({
  manifest_version: z.literal(2),
  /** SHA-256 over name, period, generator and the hashes of all files: the same content has the same id. */
  export_id: sha256,
  export_name: z.string(),
  billing_period: z.strictObject({ start: time, end: time }),
  version: z.int().positive(),
  supersedes: versionSchema.nullable(),
  status: z.enum(['provisional', 'final']),
  focus_version: z.enum(FOCUS_VERSIONS),
  generator: z.strictObject({ name: z.string(), version: z.string() }),
  /** When the period was closed, else how far the ledger's data goes; null when the ledger is empty. */
  created_at: time.nullable(),
  currency: z.string(),
  timezone: z.literal('UTC'),
  rounding_mode: z.string(),
  rating: z.strictObject({
    price_book_sha256: sha256,
    rate_cards: z.array(z.strictObject({ id: z.string(), effective_from: z.string().nullable(), sha256 })),
    /** A minimum is charged when the data reaches the period's end. */
    minimum_commitments: z.enum(['none', 'charged', 'not yet']),
    /** SHA-256 over what the registry says of who pays for what. */
    registry_sha256: sha256,
  }),
  source: z.strictObject({
    table: z.literal('ledger'),
    /** SHA-256 over the ledger's usage by tenant, meter and day, whatever order it came in. */
    snapshot_id: sha256,
    watermark: time.nullable(),
    /** Last date of booking that counts; null while nothing is left out. */
    booked_through: z.string().nullable(),
    row_count: count,
    completeness: z.string(),
    /** Why the period was closed although hours are missing. */
    accepted_incomplete: z.string().nullable(),
  }),
  closed: z.strictObject({ at: time, prepared_by: z.string(), approved_by: z.string() }).nullable(),
  datasets: z.array(
    z.strictObject({
      name: z.string(),
      format: z.enum(['csv', 'csv.gz', 'parquet']),
      schema_id: z.string(),
      columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
      files: z.array(file),
    }),
  ),
  /** What is no FOCUS dataset. */
  files: z.array(file),
  control_totals: z.strictObject({
    rows: count,
    tenants: count,
    invoices: count,
    billed_cost_by_currency: z.record(z.string(), decimal),
    quantity_by_sku: z.record(z.string(), decimal),
  }),
  reconciliation: z.strictObject({
    status: z.literal('balanced'),
    measured: z.record(z.string(), decimal),
    unbilled: z.record(z.string(), count),
    invoiced_total: decimal,
    charges_total: decimal,
    variance: z.literal('0'),
    tolerance: z.literal('0'),
  }),
  corrections: z.strictObject({ count, net_amount: decimal }),
  previous_version_diff: z
    .strictObject({ added: count, removed: count, changed: count, net_amount: decimal })
    .nullable(),
  signature: z
    .strictObject({ algorithm: z.literal('Ed25519'), key_id: z.string(), public_key: z.string(), file: z.string() })
    .nullable(),
});

/** `manifest.json` of a billing export. */
export type BillingManifest = z.output<typeof billingManifestSchema>;

/** `LATEST.json` beside the versions: the only file that is ever replaced. */
export const latestSchema = z.strictObject({ version: z.int().positive(), manifest_sha256: sha256 });

/** Names of the files that stand in every package. */
export const PACKAGE_FILES = {
  manifest: 'manifest.json',
  manifestHash: 'manifest.json.sha256',
  signature: 'manifest.json.sig',
  publicKey: 'signing_key.pem',
  checksums: 'SHA256SUMS',
  summary: 'invoice_summary.csv',
  unbilled: 'unbilled.csv',
  rateCards: 'rate_cards.json',
  metadata: 'focus_metadata.json',
  reconciliation: 'reconciliation.json',
  reconciliationPage: 'reconciliation.html',
} as const;
