import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { duckdbType, EVENT_COLUMNS, LAKE, LAKE_VERSION, type MeterKind } from '../../model/index.js';

/** One line that states one usage entry. */
export interface UsageLine {
  /** Its event_id: the same id again is a duplicate. */
  readonly id: string;
  readonly emitter: string;
  readonly operation: string;
  readonly kind: MeterKind;
  readonly series: string;
  /** Epoch milliseconds, UTC. */
  readonly time: number;
  readonly quantity: bigint;
  /** When the agent read it, epoch milliseconds; its own time unless given. */
  readonly seen?: number;
  /** When it arrived, epoch milliseconds; 2026-12-02 unless given. */
  readonly arrival?: number;
  /** Where it stood in a pod's file; lines without have no position. */
  readonly position?: { readonly file: string; readonly offset: number };
}

const ARRIVAL = Date.UTC(2026, 11, 2);

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const instant = (ms: number): string => `timestamp '${new Date(ms).toISOString().slice(0, 23).replace('T', ' ')}'`;

const STATED = [
  'event_id',
  'id_hour',
  'event_time',
  'arrival_time',
  'usage',
  'pod_uid',
  'source_file',
  'source_offset',
];

/** Writes lakes of hand-made usage lines, one object an emitter and import, as a finished delivery would leave them. */
export async function usageWriter() {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  let units = 0;

  /** `name` tells the delivery from the lake's others; a new one unless given. */
  async function add(lake: string, lines: readonly UsageLine[], name = `unit ${units++}`): Promise<void> {
    const unit = createHash('md5').update(name).digest('hex');
    const objects = [];
    for (const emitter of [...new Set(lines.map((line) => line.emitter))].sort()) {
      const own = lines.filter((line) => line.emitter === emitter);
      const path = `${LAKE.events}/tenant_id=${emitter}/dt=2026-12-02/${unit}.parquet`;
      mkdirSync(dirname(join(lake, path)), { recursive: true });
      const rows = own.map((line) => {
        const usage = `[{tenant_id: 'acme', service: 'Test', resource: 'r', operation: ${text(line.operation)}, meter: ${text(`m_${line.kind}`)},
          unit: 'Units', kind: ${text(line.kind)}, series: ${text(line.series)}, quantity_micros: cast(${line.quantity} as bigint)}]`;
        const hour = instant(Math.floor((line.seen ?? line.time) / 3_600_000) * 3_600_000);
        const { file, offset } = line.position ?? {};
        const place = file === undefined ? 'null, null, null' : `'pod', ${text(file)}, ${offset}`;
        return `(${text(line.id)}, ${hour}, ${instant(line.time)}, ${instant(line.arrival ?? ARRIVAL)}, ${usage}, ${place})`;
      });
      const list = EVENT_COLUMNS.map(
        ({ name, type }) => `cast(${STATED.includes(name) ? name : 'null'} as ${duckdbType(type)}) as ${name}`,
      );
      await connection.run(`copy (select ${list.join(', ')} from (values ${rows.join(', ')}) t(${STATED.join(', ')}))
        to ${text(join(lake, path))} (format parquet)`);
      const bytes = readFileSync(join(lake, path));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      objects.push({ path, rows: own.length, bytes: bytes.length, sha256 });
    }
    const counted = { records: lines.length, bytes: 0, accepted: lines.length, control: 0, reput: 0, reput_in: 0 };
    const partitions = Object.fromEntries(
      objects.map(({ path, rows }) => [dirname(path).slice(LAKE.events.length + 1), rows]),
    );
    const delivery = { ...counted, quarantined: {}, lines: partitions, objects, error_objects: [] };
    mkdirSync(join(lake, LAKE.journal), { recursive: true });
    writeFileSync(join(lake, LAKE.marker), `{"version":${LAKE_VERSION}}`);
    const entry = { version: 1, unit, state: 'done', arrival: Date.UTC(2026, 11, 2), files: [], delivery };
    writeFileSync(join(lake, LAKE.journal, `${unit}.json`), JSON.stringify(entry));
  }

  return {
    add,
    close: (): void => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A hash of every file of the ledger but checkpoints and what a killed run left half-written, by path: what was booked must never change. */
export function ledgerFiles(lake: string): Record<string, string> {
  const folder = join(lake, 'ledger');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
      .filter((path) => !path.startsWith('/checkpoints/') && !/\/\.[^/]*$/.test(path))
      .map((path) => [path, hashOf(join(folder, path))]),
  );
}
