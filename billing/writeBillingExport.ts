import { createHash } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { AppError, chargeSchema, type ErrorCode, messageOf, type RateCard, systemCode } from '../model/index.js';
import { focusTime, monthWindow } from './period.js';
import type { RatedPeriod } from './rating/rateCharges.js';

/** What a billing export is, in its manifest: no clock, so that the same ledger and rate card give the same bytes. */
export interface BillingManifest {
  readonly manifest_version: 1;
  readonly billing_period: { readonly start: string; readonly end: string };
  readonly status: 'provisional';
  readonly data_through: string | null;
  readonly timezone: 'UTC';
  readonly rounding_mode: string;
  /** The versions of the rate card that hold in the period, and a SHA-256 over all they say. */
  readonly rate_cards: readonly {
    readonly id: string;
    readonly effective_from: string | null;
    readonly sha256: string;
  }[];
  /** A minimum is charged when the data reaches the period's end. */
  readonly minimum_commitments: 'charged' | 'not yet';
  readonly control_totals: { readonly rows: number; readonly billed: Readonly<Record<string, string>> };
  readonly files: readonly { readonly path: string; readonly rows: number; readonly sha256: string }[];
}

/**
 * Writes `OUT/BILLING_PERIOD=YYYY-MM/` with charges, invoices, what was not billed, and the manifest. The folder appears
 * whole, by one rename; an earlier export of the period is set aside first and removed last, so that a crash at any point
 * leaves one whole export on disk. Throws CANNOT_CREATE, PERMISSION_DENIED, or WRITE_FAILED when the disk is full.
 */
export async function writeBillingExport(input: {
  readonly rated: RatedPeriod;
  readonly outDir: string;
  readonly period: string;
  /** End of the data (epoch ms); null when the ledger is empty. */
  readonly dataThrough: number | null;
}): Promise<{ readonly folder: string; readonly manifest: BillingManifest }> {
  const { rated, period } = input;
  const columns = Object.keys(chargeSchema.shape);
  const csv = (rows: readonly object[], names: readonly string[]): string =>
    stringify(rows as object[], { header: true, columns: [...names], record_delimiter: '\r\n' });
  const texts = [
    { path: 'charges.csv', rows: rated.charges.length, text: csv(rated.charges, columns) },
    {
      path: 'invoices.csv',
      rows: rated.invoices.length,
      text: csv(
        rated.invoices.map((line) => ({ ...line, tenants: line.tenants.join(' ') })),
        ['billing_account', 'tenants', 'currency', 'exact', 'billed'],
      ),
    },
    {
      path: 'unbilled.csv',
      rows: rated.unbilled.length,
      text: csv(rated.unbilled, ['tenant_id', 'service', 'meter', 'unit', 'quantity', 'reason']),
    },
  ];
  const window = monthWindow(period);
  const manifest: BillingManifest = {
    manifest_version: 1,
    billing_period: { start: focusTime(window.start), end: focusTime(window.end) },
    status: 'provisional',
    data_through: input.dataThrough === null ? null : focusTime(Math.min(input.dataThrough, window.end)),
    timezone: 'UTC',
    rounding_mode: `${rated.rounding}, once per billing account`,
    rate_cards: rated.rateCards.map((card) => ({
      id: card.id,
      effective_from: card.effective_from ?? null,
      sha256: createHash('sha256').update(cardText(card)).digest('hex'),
    })),
    minimum_commitments: rated.over ? 'charged' : 'not yet',
    control_totals: { rows: rated.charges.length, billed: { [rated.currency]: totalBilled(rated) } },
    files: texts.map(({ path, rows, text }) => ({
      path,
      rows,
      sha256: createHash('sha256').update(text).digest('hex'),
    })),
  };
  const folder = join(input.outDir, `BILLING_PERIOD=${period}`);
  const staged = `${folder}.tmp`;
  const previous = `${folder}.old`;
  try {
    await rm(staged, { recursive: true, force: true });
    await mkdir(staged, { recursive: true });
    for (const { path, text } of texts) await writeFile(join(staged, path), text);
    await writeFile(join(staged, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    await setAside(folder, previous);
    await rename(staged, folder);
    await rm(previous, { recursive: true, force: true });
  } catch (error) {
    throw new AppError(codeOf(error), 'cannot write the billing export', {
      got: messageOf(error),
      where: folder,
      hint: 'check --out and the space left on its disk; an earlier export of the period is there or beside it as .old',
      cause: error,
    });
  }
  return { folder, manifest };
}

/** Everything a card says, in one form: quantities are millionths. */
function cardText(card: RateCard): string {
  return JSON.stringify(card, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** Moves an earlier export out of the way. An older one set aside stays until there is a newer one to keep. */
async function setAside(folder: string, previous: string): Promise<void> {
  try {
    await stat(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  await rm(previous, { recursive: true, force: true });
  await rename(folder, previous);
}

function codeOf(error: unknown): ErrorCode {
  const code = systemCode(error) ?? '';
  if (['ENOSPC', 'EDQUOT', 'EIO', 'EFBIG'].includes(code)) return 'WRITE_FAILED';
  return ['EACCES', 'EPERM', 'EROFS'].includes(code) ? 'PERMISSION_DENIED' : 'CANNOT_CREATE';
}

/** Sum of what is billed, in the currency's own decimals: invoices are rounded already, so the sum is exact. */
export function totalBilled(rated: RatedPeriod): string {
  const decimals = rated.invoices[0]?.billed.split('.')[1]?.length ?? 0;
  const minor = rated.invoices.reduce((sum, line) => sum + BigInt(line.billed.replace('.', '')), 0n);
  const digits = minor.toString().padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
