import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type ImportUnit, LAKE, type Registry } from '../../model/index.js';
import { createTransform } from '../../transforms/index.js';
import { findInputs } from '../inputs/findInputs.js';
import { spoolStdin } from '../inputs/spoolStdin.js';
import { dropSuperseded, finishUnit, readJournal, unitStaging, writeUnit } from '../lake/Journal.js';
import { lockLake } from '../lake/lockLake.js';
import { openLake } from '../lake/openLake.js';
import { guardWrites } from '../lake/writeErrors.js';
import { deliverUnit } from './deliverUnit.js';
import { planUnits } from './planUnits.js';

/** How far a delivery is. */
export interface DeliveryProgress {
  readonly records: number;
  readonly bytes: number;
  /** Null when unknown (standard input). */
  readonly totalBytes: number | null;
  readonly quarantined: number;
  readonly mbPerSecond: number;
  readonly etaSeconds: number | null;
}

/** What a delivery needs. */
export interface DeliveryOptions {
  /** Files, folders, or `-` for standard input. */
  readonly inputs: readonly string[];
  readonly lake: string;
  readonly registry: Registry;
  readonly trust: 'namespace' | 'stamped';
  readonly platformStream: string;
  /** Name of the stream that records without stamps are taken to come from. */
  readonly stream: string;
  readonly records?: 'auto' | 'lines' | 'whole';
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  readonly memoryMb: number;
  readonly threads: number;
  readonly stdin?: Readable;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DeliveryProgress) => void;
  /** The transform to send records through; the real one unless a test says otherwise. */
  readonly createTransform?: typeof createTransform;
  /** Called at named points of a unit's life; a test throws here to stand in for a crash. */
  readonly fault?: (point: 'started' | 'delivered' | 'committed') => void;
}

/** What a delivery did. */
export interface DeliverySummary {
  readonly records: number;
  readonly bytes: number;
  readonly blankLines: number;
  readonly outcomes: {
    readonly accepted: number;
    readonly control: number;
    readonly reput: number;
    readonly reputIn: number;
    readonly quarantined: Readonly<Record<string, number>>;
  };
  /** Accepted lines by `tenant_id=…/dt=…`. */
  readonly lines: Readonly<Record<string, number>>;
  readonly objects: number;
  /** Units of an interrupted run that this one finished. */
  readonly resumed: number;
  /** Files passed over, since the lake has their content. */
  readonly skipped: readonly string[];
}

/**
 * Delivers records into the lake by Firehose's contract. Every unit is all or nothing; content is delivered once, however
 * often and under whatever name it comes. Throws INPUT_NOT_FOUND, INPUT_INVALID, CANNOT_CREATE, LAKE_BUSY, LAKE_DAMAGED,
 * WRITE_FAILED, INTERRUPTED; after any of them the same call again ends in the same lake as one clean run.
 */
export async function runDelivery(options: DeliveryOptions): Promise<DeliverySummary> {
  const named = options.inputs.filter((path) => path !== '-');
  const fromFiles = await findInputs(named);
  return guardWrites(options.lake, async () => {
    await openLake(options.lake);
    const unlock = await lockLake(options.lake);
    const spool = join(options.lake, LAKE.staging, 'stdin');
    try {
      const resumed = await recover(options.lake);
      const stdin = options.stdin;
      const piped =
        options.inputs.includes('-') && stdin !== undefined
          ? await findInputs(await spoolStdin(stdin, spool, options.signal))
          : [];
      const summary = await deliver(options, [...fromFiles, ...piped], resumed);
      await dropSuperseded(options.lake);
      return summary;
    } finally {
      await rm(spool, { recursive: true, force: true });
      await unlock();
    }
  });
}

/** Finishes what an earlier run had committed; returns how many units that were. */
async function recover(lake: string): Promise<number> {
  const committed = (await readJournal(lake)).filter((unit) => unit.state === 'committed');
  for (const unit of committed) await finishUnit(lake, unit);
  return committed.length;
}

async function deliver(
  options: DeliveryOptions,
  inputs: Awaited<ReturnType<typeof findInputs>>,
  recovered: number,
): Promise<DeliverySummary> {
  const { lake } = options;
  const plan = planUnits(inputs, await readJournal(lake), options.clock());
  const total = plan.units.flatMap((unit) => unit.files).reduce((sum, file) => sum + file.bytes, 0);
  const begun = options.clock();
  const sum = {
    records: 0,
    bytes: 0,
    blankLines: 0,
    accepted: 0,
    control: 0,
    reput: 0,
    reputIn: 0,
    objects: 0,
    quarantined: 0,
  };
  const reasons = new Map<string, number>();
  const lines = new Map<string, number>();
  for (const unit of plan.units) {
    const staging = unitStaging(lake, unit.unit);
    await rm(staging, { recursive: true, force: true });
    const entry: ImportUnit = {
      version: 1,
      unit: unit.unit,
      state: 'started',
      arrival: unit.arrival,
      files: unit.files.map((file) => ({ name: file.path, sha256: file.sha256, bytes: file.bytes })),
    };
    await writeUnit(lake, entry);
    options.fault?.('started');
    const { delivery, blankLines } = await deliverUnit(unit, {
      createTransform: options.createTransform ?? createTransform,
      identity: { registry: () => options.registry, trust: options.trust, platformStream: options.platformStream },
      stream: options.stream,
      records: options.records ?? 'auto',
      staging,
      memoryMb: options.memoryMb,
      threads: options.threads,
      signal: options.signal,
      onBatch: (records, bytes, quarantined) => {
        const seconds = (options.clock() - begun) / 1000;
        const rate = seconds > 0 ? (sum.bytes + bytes) / seconds : 0;
        options.onProgress?.({
          records: sum.records + records,
          bytes: sum.bytes + bytes,
          totalBytes: total,
          quarantined: sum.quarantined + quarantined,
          mbPerSecond: rate / 1e6,
          etaSeconds: rate > 0 ? Math.max(0, (total - sum.bytes - bytes) / rate) : null,
        });
      },
    });
    options.fault?.('delivered');
    const committed: ImportUnit = { ...entry, state: 'committed', delivery };
    await writeUnit(lake, committed);
    options.fault?.('committed');
    await finishUnit(lake, committed);
    sum.records += delivery.records;
    sum.bytes += delivery.bytes;
    sum.blankLines += blankLines;
    sum.accepted += delivery.accepted;
    sum.control += delivery.control;
    sum.reput += delivery.reput;
    sum.reputIn += delivery.reput_in;
    sum.objects += delivery.objects.length;
    for (const [reason, count] of Object.entries(delivery.quarantined)) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + count);
      sum.quarantined += count;
    }
    for (const [partition, count] of Object.entries(delivery.lines))
      lines.set(partition, (lines.get(partition) ?? 0) + count);
  }
  return {
    records: sum.records,
    bytes: sum.bytes,
    blankLines: sum.blankLines,
    outcomes: {
      accepted: sum.accepted,
      control: sum.control,
      reput: sum.reput,
      reputIn: sum.reputIn,
      quarantined: Object.fromEntries([...reasons].sort()),
    },
    lines: Object.fromEntries([...lines].sort()),
    objects: sum.objects,
    resumed: recovered + plan.units.filter((unit) => unit.resumed).length,
    skipped: plan.skipped.map((file) => file.path),
  };
}
