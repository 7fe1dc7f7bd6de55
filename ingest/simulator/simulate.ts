import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, HOUR_MS, isoInstant, systemCode } from '../../model/index.js';
import { configText } from './configText.js';
import { RecordWriter, writing } from './RecordWriter.js';
import {
  ARRIVAL_GRACE_MS,
  checkOptions,
  type SimulateOptions,
  type SimulationProgress,
  type SimulationSummary,
} from './SimulateOptions.js';
import { scenarioIncidents } from './scenarioLoad.js';
import { Traffic } from './Traffic.js';
import { TruthBook } from './TruthBook.js';
import { tenantNames } from './tenantNames.js';

/**
 * Simulates a music-streaming SaaS and writes what its sidecars would have sent: `records/`, with arrival stamps beside,
 * `truth.json` (the exact usage printed) and a `tenantscope.yaml` that fits. The same options give the same bytes; memory
 * stays bounded however much is written. All times are UTC.
 *
 * Throws USAGE for options out of range, CANNOT_CREATE when `out.dir` is not empty or cannot be made, WRITE_FAILED when
 * the disk does not take it.
 *
 * @param onProgress called after each simulated hour.
 */
export async function simulate(
  options: SimulateOptions,
  out: { readonly dir: string },
  onProgress?: (progress: SimulationProgress) => void,
): Promise<SimulationSummary> {
  checkOptions(options);
  await prepare(out.dir);
  const tenants = tenantNames(options.tenants);
  const start = options.end - (options.hours + options.historyHours) * HOUR_MS;
  const truth = new TruthBook();
  const writer = new RecordWriter(out.dir, options.compress);
  const traffic = new Traffic(options, tenants, truth, writer);
  try {
    for (let hour = start; hour < options.end; hour += HOUR_MS) {
      await traffic.simulateHour(hour);
      onProgress?.({
        hoursDone: (hour - start) / HOUR_MS + 1,
        hoursTotal: (options.end - start) / HOUR_MS,
        lines: writer.lines,
        bytes: writer.bytes,
      });
    }
    await traffic.deliverBefore(options.end + ARRIVAL_GRACE_MS);
  } finally {
    await writer.close();
  }
  const head = {
    version: 1 as const,
    scenario: options.scenario,
    seed: options.seed,
    window: { start: isoInstant(start), end: isoInstant(options.end) },
    tenants,
    records: writer.records,
    lines: writer.lines,
    distinct_lines: traffic.distinctLines,
    incidents: incidents(options, tenants),
  };
  await writing(out.dir, async () => {
    await writeFile(join(out.dir, 'tenantscope.yaml'), configText(tenants, options.scenario));
    const file = await open(join(out.dir, 'truth.json'), 'wx');
    try {
      await truth.write(file, head);
    } finally {
      await file.close();
    }
  });
  return {
    dir: out.dir,
    files: writer.files,
    tenants,
    records: writer.records,
    lines: writer.lines,
    distinctLines: traffic.distinctLines,
    bytes: writer.bytes,
    start,
    end: options.end,
  };
}

function incidents(options: SimulateOptions, tenants: readonly string[]) {
  const { end, hours } = options;
  const found = scenarioIncidents(options.scenario, tenants, { detailedFrom: end - hours * HOUR_MS, end });
  return found.map(({ kind, tenant_id, start, share }) => ({
    kind,
    tenant_id,
    service: 'DynamoDB',
    start: isoInstant(start),
    end: isoInstant(end),
    share,
  }));
}

async function prepare(dir: string): Promise<void> {
  let present: string[] = [];
  try {
    present = await readdir(dir);
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cannotCreate(dir, cause);
  }
  if (present.length > 0) {
    throw new AppError('CANNOT_CREATE', 'cannot simulate into this folder', {
      where: dir,
      expected: 'an empty or absent folder',
      got: `${present.length} entries in it`,
      hint: 'name a new folder with --out, or remove this one first',
    });
  }
  try {
    await mkdir(join(dir, 'records'), { recursive: true });
  } catch (cause) {
    throw cannotCreate(dir, cause);
  }
}

function cannotCreate(dir: string, cause: unknown): AppError {
  return new AppError('CANNOT_CREATE', 'cannot create the folder of the simulation', {
    where: dir,
    got: systemCode(cause) ?? String(cause),
    hint: 'name a folder that can be written to with --out',
    cause,
  });
}
