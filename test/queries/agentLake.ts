import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import {
  duckdbColumnList,
  duckdbReadColumns,
  EVENT_COLUMNS,
  HOUR_MS,
  LAKE,
  LAKE_VERSION,
  startOfHour,
  utcDayOf,
} from '../../model/index.js';
import { sqlText } from '../../queries/engines/sqlText.js';

/** One line or heartbeat in a lake. Times are epoch milliseconds, UTC. */
export interface Printed {
  readonly tenant: string;
  /** Absent for a line of no pod, such as an imported one. */
  readonly pod?: string;
  readonly container?: string;
  /** The agent's stamp. */
  readonly time: number;
  /** When it happened, where the line says so; its stamp otherwise. */
  readonly happened?: number;
  /** A second after its stamp when absent. */
  readonly arrival?: number;
  /** Its identity; a heartbeat's follows from its place and time. */
  readonly id?: string;
  readonly format?: string;
  readonly heartbeat?: Readonly<Record<string, number>>;
  /** A container the kubelet lists: its tenant, pod and name. */
  readonly lists?: { readonly tenant: string; readonly pod: string; readonly container: string };
}

const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 23);

function eventOf(printed: Printed): Record<string, unknown> {
  const { tenant, pod, time, heartbeat, lists, format = 'text', happened = time, arrival = time + 1000 } = printed;
  const place = pod === undefined ? {} : { pod, pod_uid: `${pod}-uid`, container: printed.container ?? 'app' };
  const counts = Object.entries(heartbeat ?? {}).map(([key, count]) => [`heartbeat.${key}`, String(count)]);
  const id = printed.id ?? `${tenant}/${pod}/${printed.container}/${time}/${heartbeat === undefined ? format : 'beat'}`;
  const entry = { service: 'EKS', resource: '', operation: '', meter: 'vcpu_seconds', unit: 'vCPU-Seconds' };
  return {
    ...place,
    event_id: id,
    id_hour: iso(startOfHour(time)),
    event_time: iso(happened),
    observed_time: iso(time),
    arrival_time: iso(arrival),
    format: heartbeat === undefined ? (lists === undefined ? format : 'kubelet') : 'heartbeat',
    attributes:
      lists === undefined
        ? Object.fromEntries(counts)
        : { 'k8s.pod.uid': `${lists.pod}-uid`, 'k8s.container.name': lists.container },
    usage:
      lists === undefined
        ? []
        : [{ ...entry, tenant_id: lists.tenant, kind: 'sampled', series: '', quantity_micros: 1 }],
    problems: [],
  };
}

/** Writes lakes of hand-made lines and heartbeats, one object a tenant and import, as a finished delivery would leave them. */
export async function agentWriter() {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run("set global TimeZone = 'UTC'");
  let units = 0;

  async function add(lake: string, printed: readonly Printed[]): Promise<void> {
    const unit = createHash('md5').update(String(units++)).digest('hex');
    const objects = [];
    mkdirSync(join(lake, LAKE.journal), { recursive: true });
    for (const tenant of [...new Set(printed.map((line) => line.tenant))].sort()) {
      const own = printed.filter((line) => line.tenant === tenant);
      const last = Math.max(...own.map(({ time, arrival }) => arrival ?? time + 1000));
      const path = `${LAKE.events}/tenant_id=${tenant}/dt=${utcDayOf(last)}/${unit}.parquet`;
      mkdirSync(dirname(join(lake, path)), { recursive: true });
      const file = join(lake, `${unit}.ndjson`);
      writeFileSync(file, own.map((line) => `${JSON.stringify(eventOf(line))}\n`).join(''));
      await connection.run(`create or replace table lines (${duckdbColumnList(EVENT_COLUMNS)})`);
      await connection.run(
        `insert into lines from read_json(${sqlText(file)}, format = 'newline_delimited', columns = ${duckdbReadColumns(EVENT_COLUMNS)})`,
      );
      await connection.run(`copy lines to ${sqlText(join(lake, path))} (format parquet)`);
      const bytes = readFileSync(join(lake, path));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      objects.push({ path, rows: own.length, bytes: bytes.length, sha256 });
    }
    const counted = { records: printed.length, bytes: 0, accepted: printed.length, control: 0, reput: 0, reput_in: 0 };
    const partitions = Object.fromEntries(
      objects.map(({ path, rows }) => [dirname(path).slice(LAKE.events.length + 1), rows]),
    );
    const delivery = { ...counted, quarantined: {}, lines: partitions, objects, error_objects: [] };
    writeFileSync(join(lake, LAKE.marker), `{"version":${LAKE_VERSION}}`);
    const entry = { version: 1, unit, state: 'done', arrival: 0, files: [], delivery };
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

/** What an agent of one pod does: when it starts, beats and reads. */
export interface AgentRun {
  readonly tenant: string;
  readonly pod: string;
  readonly container?: string;
  /** From when to when it runs; heartbeats come once a minute, the first a minute after the start. */
  readonly from: number;
  readonly until: number;
  /** Stamps of the lines it reads, and those of them it holds back. */
  readonly reads?: readonly number[];
  readonly holds?: readonly number[];
  /** False for agents rendered before there were counts by the hour. */
  readonly byHour?: boolean;
}

/** The heartbeats and lines of an agent, as its script would make them. */
export function agentPrints(run: AgentRun): readonly Printed[] {
  const { tenant, pod, from, until, reads = [], holds = [], byHour = true } = run;
  const place = { tenant, pod, ...(run.container === undefined ? {} : { container: run.container }) };
  const beats: Printed[] = [];
  for (let time = from + 60_000; time < until; time += 60_000) {
    const count = (stamps: readonly number[], since: number, before: number): number =>
      stamps.filter((stamp) => stamp <= time && stamp >= since && stamp < before).length;
    const hour = startOfHour(time);
    const [read, held] = [count(reads, 0, Infinity), count(holds, 0, Infinity)];
    const hours = {
      hour_lines_read: count(reads, hour, Infinity),
      hour_lines_held_back: count(holds, hour, Infinity),
      last_hour_lines_read: count(reads, hour - HOUR_MS, hour),
      last_hour_lines_held_back: count(holds, hour - HOUR_MS, hour),
    };
    const started = Math.floor(from / 1000);
    const totals = { started, lines_read: read, bytes_read: 10 * read, lines_held_back: held };
    beats.push({
      ...place,
      time,
      heartbeat: { ...totals, bytes_held_back: 10 * held, ...(byHour ? hours : {}) },
    });
  }
  const sent = reads.filter((stamp) => stamp < until && !holds.includes(stamp));
  return [
    ...beats,
    ...sent.map((time, index) => ({ ...place, time, id: `${tenant}/${pod}/${from}/${index}/${time}` })),
  ];
}
