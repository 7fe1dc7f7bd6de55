import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, type ErrorCode, messageOf, type RateCard, systemCode, type UtcDay } from '../../model/index.js';
import { hashFile, keyId, type MemoryDuckDb, openMemory } from '../../queries/index.js';
import { focusTime } from '../period.js';
import { hasMinimum } from '../rates/hasMinimum.js';
import { cardHash, priceBookText } from '../rates/priceBook.js';
import type { PeriodPlan } from '../rating/planPeriod.js';
import type { RatedStep } from '../rating/rateStream.js';
import { type BillingManifest, billingManifestSchema, PACKAGE_FILES } from './BillingManifest.js';
import { hashOf } from './billingIds.js';
import { chargesOf, comparePackages, type VersionDifference } from './comparePackages.js';
import type { PackageFile } from './DatasetWriter.js';
import { decimalScales } from './decimalScales.js';
import type { ExportHome, PeriodVersions } from './ExportHome.js';
import type { ExportSettings, ExportStatus } from './ExportSettings.js';
import { focusMetadata, schemaId } from './focusMetadata.js';
import { type ClosedAs, mustBeAsClosed } from './mustBeAsClosed.js';
import { type BodyTotals, PackageBody, type WrittenDataset } from './PackageBody.js';
import type { MeasuredMeter, ReconciliationReport } from './Reconciliation.js';
import { reconciliationPage } from './reconciliationPage.js';
import type { SnapshotHash } from './SnapshotHash.js';
import { type StoredVersion, sha256Of } from './versions.js';

/** Everything a package is made from. */
export interface PackageInput {
  /** Where all exports are. */
  readonly home: ExportHome;
  readonly plan: PeriodPlan;
  readonly settings: ExportSettings;
  readonly status: ExportStatus;
  /** The charges, rated as they are asked for. */
  readonly steps: AsyncIterable<RatedStep>;
  readonly snapshot: SnapshotHash;
  /** The same usage by meter, summed apart from rating. */
  readonly measured: readonly MeasuredMeter[];
  /** Rate cards that charges were rated by, those of corrected periods included. */
  readonly rateCards: readonly RateCard[];
  readonly registryHash: string;
  readonly over: boolean;
  /** How far the ledger's data goes, epoch ms; null when it is empty. */
  readonly dataThrough: number | null;
  readonly bookedThrough: UtcDay | null;
  readonly completeness: string;
  readonly doubtful: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  readonly closed: {
    readonly at: number;
    readonly preparedBy: string;
    readonly approvedBy: string;
    readonly acceptedIncomplete: string | null;
  } | null;
  /** What the period was closed with, which it has to come out as; undefined while it is not closed. */
  readonly closedAs?: ClosedAs;
  readonly generator: { readonly name: string; readonly version: string };
  /** Ed25519 private key; without it the package is not signed. */
  readonly signingKey: KeyObject | undefined;
  readonly onProgress?: (done: { readonly tenants: number; readonly rows: number }) => void;
  /** Rows of a part of Cost and Usage; replaced in tests. */
  readonly partRows?: number;
}

/** A package as it stands, and whether it was there before. */
export interface WrittenPackage extends StoredVersion {
  readonly isNew: boolean;
  readonly largest: BodyTotals['largest'];
}

/**
 * Writes a version of a period's export: `HOME/NAME/BILLING_PERIOD=YYYY-MM/version=NNNN/`, visible whole or not at all,
 * then `LATEST.json`. A version is never changed: other content becomes the next version, which says what it supersedes, and the
 * same content is answered as the version that has it. Throws CHECK_FAILED when it does not reconcile or a closed period comes out
 * otherwise, LAKE_BUSY for another at work on the same number, CANNOT_CREATE, PERMISSION_DENIED and WRITE_FAILED; nothing is left
 * half-written.
 */
export async function writePackage(input: PackageInput): Promise<WrittenPackage> {
  const versions = input.home.versions(input.settings.exportName, input.plan.period);
  let staged: string | undefined;
  try {
    staged = await versions.stage();
    const staging = await stage(input, staged);
    for (let tried = 0; ; ) {
      const last = await versions.last();
      const found = last?.manifest.export_id === staging.exportId ? last : undefined;
      if (found !== undefined && isSignedAs(found.manifest, input.signingKey)) {
        await versions.pointToLatest();
        return { ...found, isNew: false, largest: staging.totals.largest };
      }
      tried = Math.max(last?.version ?? 0, tried) + 1;
      const differs = last === undefined ? null : await differenceOf(versions, last, staged, staging);
      const manifest = manifestOf(input, staging, tried, last, differs);
      mustBeAsClosed(manifest, input.closedAs);
      await seal(staged, manifest, input.signingKey);
      const stored = await versions.publish(staged, tried);
      if (stored === undefined) continue;
      await versions.pointToLatest();
      return { ...stored, isNew: true, largest: staging.totals.largest };
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(codeOf(error), 'cannot write the billing export', {
      got: messageOf(error),
      where: versions.name,
      hint: 'check --out and the space left on its disk (for a bucket: where TMPDIR is); versions that are there are unchanged',
      cause: error,
    });
  } finally {
    if (staged !== undefined) await rm(staged, { recursive: true, force: true });
  }
}

interface Staging {
  readonly exportId: string;
  readonly datasets: readonly WrittenDataset[];
  readonly files: readonly PackageFile[];
  readonly totals: BodyTotals;
  readonly report: ReconciliationReport;
}

/** Writes all files but the manifest. */
async function stage(input: PackageInput, folder: string): Promise<Staging> {
  const { plan, settings, status } = input;
  const createdAt = focusTime(createdAtOf(input) ?? plan.window.start);
  const scales = decimalScales(input.rateCards);
  return withDuckDb(async (duckdb) => {
    const body = await PackageBody.begin({
      ...{ folder, plan, settings, status, createdAt, scales, duckdb },
      doubtful: input.doubtful,
      ...(input.partRows === undefined ? {} : { partRows: input.partRows }),
    });
    try {
      for await (const step of input.steps) {
        await body.add(step);
        if (step.kind === 'tenant') input.onProgress?.(body.done);
      }
      const { datasets, files, totals } = await body.end();
      const report = body.reconciliation.end(input.measured, plan.currency);
      const { dataThrough, generator, doubtful } = input;
      const metadata = { settings, window: plan.window, status, createdAt, dataThrough, generator, datasets, doubtful };
      const texts: Record<string, string> = {
        [PACKAGE_FILES.rateCards]: priceBookText(input.rateCards),
        [PACKAGE_FILES.metadata]: jsonText(focusMetadata(metadata)),
        [PACKAGE_FILES.reconciliation]: jsonText(report),
        [PACKAGE_FILES.reconciliationPage]: reconciliationPage({ ...settings, ...plan, status, createdAt, report }),
        ...(input.signingKey === undefined ? {} : { [PACKAGE_FILES.publicKey]: publicPem(input.signingKey) }),
      };
      const small: PackageFile[] = [...files];
      for (const [path, text] of Object.entries(texts)) small.push(await writeSmall(folder, path, text));
      const all = [...datasets.flatMap((dataset) => dataset.files), ...small];
      const sums = [...all]
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map(({ path, sha256 }) => `${sha256}  ${path}\n`);
      // The key may change hands without the bill being another.
      const content = all.filter(({ path }) => path !== PACKAGE_FILES.publicKey);
      const hashes = content.map(({ path, sha256 }) => `${path} ${sha256}`).sort();
      const exportId = hashOf(settings.exportName, plan.period, generator.version, status, ...hashes);
      return {
        ...{ exportId, datasets, totals, report },
        files: [...small, await writeSmall(folder, PACKAGE_FILES.checksums, sums.join(''))],
      };
    } finally {
      await body.abandon();
    }
  });
}

function differenceOf(
  versions: PeriodVersions,
  last: StoredVersion,
  staged: string,
  { datasets }: Staging,
): Promise<VersionDifference> {
  const own = datasets.flatMap((dataset) => byFormat(dataset, last.manifest.focus_version));
  return versions.withCharges(last, (folder) =>
    withDuckDb((duckdb) => comparePackages(duckdb, chargesOf(folder, last.manifest.datasets), chargesOf(staged, own))),
  );
}

function manifestOf(
  input: PackageInput,
  { exportId, datasets, files, totals, report }: Staging,
  version: number,
  last: StoredVersion | undefined,
  differs: VersionDifference | null,
): BillingManifest {
  const { plan, settings, snapshot, closed } = input;
  const createdAt = createdAtOf(input);
  const described = datasets.flatMap((dataset) => byFormat(dataset, settings.focusVersion));
  const manifest: BillingManifest = {
    manifest_version: 2,
    export_id: exportId,
    export_name: settings.exportName,
    billing_period: { start: focusTime(plan.window.start), end: focusTime(plan.window.end) },
    version,
    supersedes:
      last === undefined
        ? null
        : { version: last.version, export_id: last.manifest.export_id, manifest_sha256: last.sha256 },
    status: input.status,
    focus_version: settings.focusVersion,
    generator: input.generator,
    created_at: createdAt === null ? null : focusTime(createdAt),
    currency: plan.currency,
    timezone: 'UTC',
    rounding_mode: `${plan.rounding}, once per invoice`,
    rating: {
      price_book_sha256: sha256Of(priceBookText(input.rateCards)),
      rate_cards: input.rateCards.map((card) => ({
        id: card.id,
        effective_from: card.effective_from ?? null,
        sha256: cardHash(card),
      })),
      minimum_commitments: !plan.versions.some(({ card }) => hasMinimum(card))
        ? 'none'
        : input.over
          ? 'charged'
          : 'not yet',
      registry_sha256: input.registryHash,
    },
    source: {
      table: 'ledger',
      snapshot_id: snapshot.id,
      watermark: input.dataThrough === null ? null : focusTime(input.dataThrough),
      booked_through: input.bookedThrough,
      row_count: snapshot.rows,
      completeness: input.completeness,
      accepted_incomplete: closed?.acceptedIncomplete ?? null,
    },
    closed:
      closed === null
        ? null
        : { at: focusTime(closed.at), prepared_by: closed.preparedBy, approved_by: closed.approvedBy },
    datasets: described,
    files: [...files],
    control_totals: {
      rows: totals.rows,
      tenants: totals.tenants,
      invoices: totals.invoices,
      billed_cost_by_currency: { [plan.currency]: report.money.invoices },
      quantity_by_sku: totals.quantityBySku,
    },
    reconciliation: {
      status: 'balanced',
      measured: Object.fromEntries(
        report.meters.map(({ service, meter, measured }) => [`${service}.${meter}`, measured]),
      ),
      unbilled: totals.unbilled,
      invoiced_total: report.money.invoices,
      charges_total: report.money.charges,
      variance: '0',
      tolerance: '0',
    },
    corrections: report.corrections,
    previous_version_diff: differs,
    signature: signatureOf(input.signingKey),
  };
  return billingManifestSchema.parse(manifest);
}

/** A dataset once for each form it comes in. */
function byFormat({ name, columns, files }: WrittenDataset, version: string): BillingManifest['datasets'] {
  const schema = schemaId(version, { name, columns });
  const formats = ['csv.gz', 'csv', 'parquet'] as const;
  return formats.flatMap((format) => {
    const own = files.filter(({ path }) => path.endsWith(`.${format}`));
    const all = columns.map((column) => ({ ...column }));
    return own.length === 0 ? [] : [{ name, format, schema_id: schema, columns: all, files: own }];
  });
}

/** Writes the manifest, its checksum and its signature. */
async function seal(folder: string, manifest: BillingManifest, key: KeyObject | undefined): Promise<void> {
  const text = jsonText(manifest);
  if (key !== undefined) await writeFile(join(folder, PACKAGE_FILES.signature), sign(null, Buffer.from(text), key));
  await writeFile(join(folder, PACKAGE_FILES.manifestHash), `${sha256Of(text)}  ${PACKAGE_FILES.manifest}\n`);
  await writeFile(join(folder, PACKAGE_FILES.manifest), text);
}

function signatureOf(key: KeyObject | undefined): BillingManifest['signature'] {
  if (key === undefined) return null;
  const { publicKey, signature } = PACKAGE_FILES;
  return { algorithm: 'Ed25519', key_id: keyId(createPublicKey(key)), public_key: publicKey, file: signature };
}

const isSignedAs = (manifest: BillingManifest, key: KeyObject | undefined): boolean =>
  key === undefined || manifest.signature?.key_id === keyId(createPublicKey(key));

const publicPem = (key: KeyObject): string => createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

async function writeSmall(folder: string, path: string, text: string): Promise<PackageFile> {
  await writeFile(join(folder, path), text);
  return { path, rows: 0, ...(await hashFile(join(folder, path))) };
}

/** When the bill was made: the close's time, or how far the data went within the period. */
function createdAtOf({ closed, dataThrough, plan }: PackageInput): number | null {
  if (closed !== null) return closed.at;
  return dataThrough === null ? null : Math.min(dataThrough, plan.window.end);
}

async function withDuckDb<T>(work: (duckdb: MemoryDuckDb) => Promise<T>): Promise<T> {
  const duckdb = await openMemory();
  try {
    // One thread writes rows in one order, so that the same rows give the same bytes.
    await duckdb.connection.run('set threads = 1');
    return await work(duckdb);
  } finally {
    await duckdb.close();
  }
}

function codeOf(error: unknown): ErrorCode {
  const code = systemCode(error) ?? '';
  if (['ENOSPC', 'EDQUOT', 'EIO', 'EFBIG'].includes(code)) return 'WRITE_FAILED';
  return ['EACCES', 'EPERM', 'EROFS'].includes(code) ? 'PERMISSION_DENIED' : 'CANNOT_CREATE';
}
