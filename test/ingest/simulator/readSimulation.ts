import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SimulateOptions, type SimulationSummary, simulate } from '../../../ingest/simulator/index.js';
import { type ArrivalIndexLine, arrivalIndexLineSchema, type Truth, truthSchema } from '../../../model/index.js';

/** A record as it was put, with its arrival stamp. */
export interface PutRecord {
  readonly file: string;
  readonly arrival: number;
  readonly stream: string;
  readonly sequence: string;
  readonly data: Buffer;
}

/** Everything a simulation wrote. */
export interface Simulation {
  readonly summary: SimulationSummary;
  readonly records: readonly PutRecord[];
  readonly batches: readonly ArrivalIndexLine[];
  readonly truth: Truth;
  readonly config: string;
  /** sha256 over all file names and bytes. */
  readonly sha256: string;
}

export const END = Date.UTC(2026, 10, 24);

/** Small options; override what a test is about. */
export function smallOptions(overrides: Partial<SimulateOptions> = {}): SimulateOptions {
  return {
    scenario: 'quiet',
    tenants: 4,
    hours: 3,
    historyHours: 0,
    seed: 1,
    end: END,
    aggregate: false,
    duplicates: 0,
    late: false,
    hostile: false,
    ...overrides,
  };
}

/** Simulates into a folder of its own, reads everything back, and removes the folder. */
export async function runSimulation(options: SimulateOptions): Promise<Simulation> {
  const root = await mkdtemp(join(tmpdir(), 'simulation-'));
  try {
    const dir = join(root, 'out');
    const summary = await simulate(options, { dir });
    const hash = createHash('sha256');
    const records: PutRecord[] = [];
    const batches: ArrivalIndexLine[] = [];
    for (const name of ['tenantscope.yaml', 'truth.json']) hash.update(name).update(await readFile(join(dir, name)));
    for (const name of (await readdir(join(dir, 'records'))).sort()) {
      hash.update(name).update(await readFile(join(dir, 'records', name)));
    }
    for (const file of summary.files) {
      const bytes = await readFile(join(dir, file));
      let at = 0;
      for (const text of (await readFile(join(dir, `${file}.arrivals`), 'utf8')).trimEnd().split('\n')) {
        const batch = arrivalIndexLineSchema.parse(JSON.parse(text));
        batches.push(batch);
        batch.lengths.forEach((length, index) => {
          const sequence = (BigInt(batch.sequence) + BigInt(index)).toString();
          const data = bytes.subarray(at, at + length);
          records.push({
            file,
            arrival: batch.arrival,
            stream: batch.stream,
            sequence: `${batch.shard}/${sequence}`,
            data,
          });
          at += length;
        });
      }
      if (at !== bytes.length) throw new Error(`${file}: ${bytes.length} bytes, ${at} in its arrival index`);
    }
    const truth = truthSchema.parse(JSON.parse(await readFile(join(dir, 'truth.json'), 'utf8')));
    const config = await readFile(join(dir, 'tenantscope.yaml'), 'utf8');
    return { summary, records, batches, truth, config, sha256: hash.digest('hex') };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
