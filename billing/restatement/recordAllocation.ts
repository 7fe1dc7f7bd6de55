import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { type Allocation, AppError, type ErrorCode, messageOf, systemCode, type Window } from '../../model/index.js';
import { hashFile } from '../../queries/index.js';
import { allocationDecimal } from '../allocation/AllocatedRow.js';
import type { AllocatedCosts } from '../allocation/allocateCosts.js';
import { COST_BASES } from '../costs/BillLine.js';
import type { ReadBill } from '../costs/readBill.js';
import { numbersOf, sha256Of, versionFolder } from '../package/versions.js';
import { focusTime } from '../period.js';
import { allocationCsv, readAllocationCsv } from './allocationCsv.js';
import { correctAllocation } from './correctAllocation.js';
import { type StatedRow, statedRows } from './StatedRow.js';

const manifestSchema = z.strictObject({
  manifest_version: z.literal(1),
  kind: z.literal('allocation'),
  billing_period: z.strictObject({ start: z.string(), end: z.string() }),
  version: z.int().positive(),
  /** SHA-256 of the manifest before, whose allocation this one corrects. */
  supersedes: z.string().nullable(),
  cost: z.enum(COST_BASES).nullable(),
  currency: z.string(),
  /** The bill it was made of. */
  bill: z.strictObject({
    format: z.string(),
    files: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
  }),
  control_totals: z.strictObject({
    charges: z.int(),
    /** The bill; allocated.csv of all versions up to this one adds up to it. */
    total: z.string(),
    rows: z.int(),
    /** Sum of the rows of this version. */
    net: z.string(),
  }),
  files: z.array(z.strictObject({ path: z.string(), rows: z.int(), sha256: z.string() })),
});

/** What a version of an allocation is, in its manifest: no clock, so that the same bill and usage give the same bytes. */
export type AllocationManifest = z.output<typeof manifestSchema>;

/** What was kept. */
export interface RecordedAllocation {
  readonly folder: string;
  readonly version: number;
  /** Null when the version there says the same already. */
  readonly written: {
    readonly rows: number;
    readonly net: string;
    readonly files: readonly { readonly path: string; readonly bytes: number }[];
  } | null;
}

/**
 * Keeps an allocation under `OUT/allocation/BILLING_PERIOD=YYYY-MM/version=NNNN/`. The first version holds all rows; a later one
 * only corrections, so that all versions together add up to the latest, and none is ever changed. Nothing is written where nothing
 * changed. A version appears whole, by one rename. Throws INPUT_INVALID for versions that were changed, another currency or another
 * cost than theirs, LAKE_BUSY when another run wrote the version first, CANNOT_CREATE, PERMISSION_DENIED and WRITE_FAILED.
 */
export async function recordAllocation(input: {
  readonly outDir: string;
  readonly period: Window;
  readonly bill: ReadBill;
  readonly costs: AllocatedCosts;
  readonly allocation: Pick<Allocation, 'policies'>;
  /** Says what would be kept, and keeps nothing. */
  readonly dryRun?: boolean;
}): Promise<RecordedAllocation> {
  const { bill, costs, period } = input;
  const root = join(input.outDir, 'allocation', `BILLING_PERIOD=${focusTime(period.start).slice(0, 7)}`);
  const earlier = await readVersions(root);
  const last = earlier.at(-1);
  if (last !== undefined) mustAgree(last, bill, costs);
  const before = earlier.flatMap(({ rows }) => rows);
  const rows = correctAllocation(before, statedRows(costs, input.allocation));
  if (last !== undefined && rows.length === 0)
    return { folder: last.folder, version: last.manifest.version, written: null };
  const head = { period, currency: costs.currency, basis: bill.basis, correction: last !== undefined };
  const text = allocationCsv(rows, head);
  const version = earlier.length + 1;
  const net = allocationDecimal(rows.reduce((sum, { amount }) => sum + amount, 0n));
  const manifest: AllocationManifest = {
    manifest_version: 1,
    kind: 'allocation',
    billing_period: { start: focusTime(period.start), end: focusTime(period.end) },
    version,
    supersedes: last === undefined ? null : last.sha256,
    cost: bill.basis,
    currency: costs.currency,
    bill: {
      format: bill.format,
      files: await Promise.all(
        bill.files.map(async (path) => ({ name: basename(path), sha256: (await hashFile(path)).sha256 })),
      ),
    },
    control_totals: { charges: costs.charges.length, total: allocationDecimal(costs.total), rows: rows.length, net },
    files: [{ path: 'allocated.csv', rows: rows.length, sha256: sha256Of(text) }],
  };
  const folder = join(root, versionFolder(version));
  const contents = { 'allocated.csv': text, 'manifest.json': `${JSON.stringify(manifest, null, 2)}\n` };
  if (input.dryRun !== true) await writeVersion(root, folder, contents);
  const files = Object.entries(contents).map(([name, content]) => ({
    path: join(folder, name),
    bytes: Buffer.byteLength(content),
  }));
  return { folder, version, written: { rows: rows.length, net, files } };
}

interface Version {
  readonly folder: string;
  readonly manifest: AllocationManifest;
  /** Of the manifest. */
  readonly sha256: string;
  readonly rows: readonly StatedRow[];
}

/** Every version there, each checked against its manifest, and the manifests against each other. */
async function readVersions(root: string): Promise<readonly Version[]> {
  const names = await readdir(root).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw new AppError('READ_FAILED', 'kept allocations cannot be listed', { where: root, cause: error });
  });
  const versions: Version[] = [];
  for (const number of numbersOf(names)) {
    const folder = join(root, versionFolder(number));
    const next = versions.length + 1;
    if (number !== next) throw changed(folder, versionFolder(next), versionFolder(number));
    versions.push(await readVersion(folder, versions.at(-1)));
  }
  return versions;
}

async function readVersion(folder: string, before: Version | undefined): Promise<Version> {
  const read = (name: string): Promise<string> =>
    readFile(join(folder, name), 'utf8').catch((error: unknown) => {
      throw changed(join(folder, name), 'a file', systemCode(error) ?? messageOf(error));
    });
  const manifestText = await read('manifest.json');
  const manifest = manifestSchema.safeParse(jsonOf(manifestText));
  if (!manifest.success)
    throw changed(join(folder, 'manifest.json'), 'the manifest of an allocation', 'something else');
  const { files, supersedes } = manifest.data;
  if (supersedes !== (before?.sha256 ?? null))
    throw changed(join(folder, 'manifest.json'), `supersedes ${before?.sha256 ?? 'null'}`, String(supersedes));
  const text = await read('allocated.csv');
  const [file] = files;
  if (file?.sha256 !== sha256Of(text))
    throw changed(join(folder, 'allocated.csv'), `SHA-256 ${file?.sha256 ?? ''}, as its manifest says`, sha256Of(text));
  return { folder, manifest: manifest.data, sha256: sha256Of(manifestText), rows: readAllocationCsv(text, folder) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mustAgree({ manifest, folder }: Version, bill: ReadBill, costs: AllocatedCosts): void {
  const differ = (what: string, expected: string, got: string): never => {
    throw new AppError('INPUT_INVALID', `a version of an allocation has another ${what}`, {
      where: folder,
      expected,
      got,
      hint: 'corrections are differences of the same thing: keep this one under another --out',
    });
  };
  // A bill without a charge has none.
  const currencies = new Set([manifest.currency, costs.currency].filter((code) => code !== ''));
  if (currencies.size > 1) differ('currency', manifest.currency, costs.currency);
  if (manifest.cost !== bill.basis) differ('cost', manifest.cost ?? "costs.csv's own", bill.basis ?? "costs.csv's own");
}

async function writeVersion(root: string, folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const staged = join(root, `.${basename(folder)}.${randomUUID()}.tmp`);
  try {
    await mkdir(staged, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(staged, name), text);
    await rename(staged, folder);
  } catch (error) {
    await rm(staged, { recursive: true, force: true }).catch(() => undefined);
    // The system refuses to replace a folder that holds something.
    if (['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) {
      const hint = 'run it again: what it finds then is corrected';
      throw new AppError('LAKE_BUSY', 'another run kept this version first', { where: folder, hint, cause: error });
    }
    throw new AppError(codeOf(error), 'cannot keep the allocation', {
      where: folder,
      got: messageOf(error),
      hint: 'check --out and the space left on its disk',
      cause: error,
    });
  }
}

function codeOf(error: unknown): ErrorCode {
  const code = systemCode(error) ?? '';
  if (['ENOSPC', 'EDQUOT', 'EIO', 'EFBIG'].includes(code)) return 'WRITE_FAILED';
  return ['EACCES', 'EPERM', 'EROFS'].includes(code) ? 'PERMISSION_DENIED' : 'CANNOT_CREATE';
}

function changed(where: string, expected: string, got: string): AppError {
  return new AppError('INPUT_INVALID', 'a kept allocation was changed', {
    where,
    expected,
    got,
    hint: 'bring it back from a copy, or begin anew with another --out: corrections of what was changed would be wrong',
  });
}
