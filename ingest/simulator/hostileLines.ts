import type { LineUsage, PrintedLine } from './PrintedLine.js';
import type { Prng } from './Prng.js';

/** What a hostile line may refer to. */
export interface HostileContext {
  readonly tenant: string;
  /** Another registered tenant; the tenant itself when there is only one. */
  readonly other: string;
  readonly pod: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** A hostile line of a real tenant: kept and counted; `extra` is raw JSON at the end of its envelope. */
interface KeptLine {
  readonly line: PrintedLine;
  readonly extra: string;
}

const CONTAINER = 'catalog-api';

function dynamo(at: HostileContext, capacity: string, usage: readonly LineUsage[], time = at.time): PrintedLine {
  const log =
    `{"level":30,"time":${time},"pid":1,"hostname":"${at.pod}","name":"${CONTAINER}","msg":"dynamodb",` +
    `"tenant_id":"${at.other}","operation":"Query","ConsumedCapacity":{"TableName":"songs","CapacityUnits":${capacity}}}`;
  return { container: CONTAINER, log, format: 'json', statedTime: time === at.time ? time : null, usage };
}

function query(halves: number | null): LineUsage[] {
  const entry = { service: 'DynamoDB', resource: 'songs', operation: 'Query' } as const;
  const requests: LineUsage = { ...entry, meter: 'requests', halves: 2 };
  return halves === null ? [requests] : [{ ...entry, meter: 'read_units', halves }, requests];
}

function app(at: HostileContext, fields: string): PrintedLine {
  return {
    container: CONTAINER,
    log: `{"level":40,"time":${at.time},${fields}}`,
    format: 'json',
    statedTime: at.time,
    usage: [],
  };
}

function text(log: string): PrintedLine {
  return { container: CONTAINER, log, format: 'text', statedTime: null, usage: [] };
}

const KEPT: readonly ((at: HostileContext, prng: Prng) => PrintedLine | KeptLine)[] = [
  // Names another tenant in its own text: the usage stays with the emitter.
  (at) => dynamo(at, '0.5', query(1)),
  // Quantities no meter can take: the call counts, its capacity does not.
  (at) => dynamo(at, '-5', query(null)),
  (at) => dynamo(at, '1e400', query(null)),
  (at) => dynamo(at, '0.12345678', query(null)),
  // Not JSON, so only text.
  (at) => ({ ...dynamo(at, 'NaN', []), format: 'text', statedTime: null }),
  // The year 2000: the envelope's stamp decides the hour.
  (at) => dynamo(at, '0.5', query(1), 946_684_800_000),
  (at) => app(at, `"msg":"proto","__proto__":{"tenant_id":"${at.other}"},"constructor":{"prototype":{"x":1}}`),
  (at) => app(at, `"msg":"twice","tenant_id":"${at.tenant}","tenant_id":"${at.other}","msg":"again"`),
  (at) => app(at, `"msg":"deep","x":${'{"x":'.repeat(300)}1${'}'.repeat(300)}`),
  (_at, prng) => text(`control \u0000\u0001\u0007\u001b[31m\u007f \u2028 "quoted" \\ ${prng.hex(8)}`),
  (at) => ({
    line: app(at, '"msg":"case variant"'),
    extra: `,"TENANT_ID":"${at.other}","Namespace":"tenant-${at.other}"`,
  }),
];

/** How many kinds of kept hostile lines there are. */
export const KEPT_KINDS = KEPT.length;

/** The kept hostile line of a kind, counted from 0. */
export function keptLine(kind: number, at: HostileContext, prng: Prng): KeptLine {
  const make = KEPT[kind % KEPT_KINDS] ?? ((context) => app(context, '"msg":"none"'));
  const made = make(at, prng);
  return 'line' in made ? made : { line: made, extra: '' };
}

/** A line of 300,000 bytes, longer than a body may be; all of it counts as log bytes. */
export function hugeLine(): PrintedLine {
  return text(`dump ${'0123456789'.repeat(30_000)}`.slice(0, 300_000));
}

/** Raw records that must be quarantined: each is a record of its own, and none is usage. */
const QUARANTINED: readonly ((at: HostileContext, prng: Prng) => Buffer)[] = [
  (_at, prng) => Buffer.from(`panic: runtime error ${prng.hex(8)}\n`),
  (_at, prng) => Buffer.from(`["${prng.hex(8)}"]\n`),
  () => Buffer.from('   \t \n'),
  (at, prng) => Buffer.from(`{"time":"${new Date(at.time).toISOString()}","log":"cut ${prng.hex(8)}\n`),
  (_at, prng) => Buffer.concat([Buffer.from([0x1f, 0x8b, 0x08, 0x00]), Buffer.from(`${prng.hex(16)}\n`)]),
  (_at, prng) => Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0xc3]), Buffer.from(`${prng.hex(8)}\n`)]),
  (at, prng) => forged(at, prng, '"tenant_id":"../../etc","namespace":"tenant-x"'),
  (at, prng) => forged(at, prng, `"tenant_id":"${'a'.repeat(64)}","namespace":"tenant-x"`),
  (at, prng) => forged(at, prng, `"tenant_id":7,"namespace":"tenant-${at.tenant}"`),
  (at, prng) => forged(at, prng, `"namespace":"tenant-${at.tenant}"`),
  (at, prng) => forged(at, prng, `"tenant_id":"_shared","namespace":"tenant-${at.tenant}"`),
  (at, prng) => forged(at, prng, `"tenant_id":"_canary","namespace":"tenant-${at.tenant}"`),
  (at, prng) => forged(at, prng, `"tenant_id":"${at.tenant}"`),
  (at, prng) => forged(at, prng, `"tenant_id":"${at.tenant}","namespace":"kube-system"`),
  (at, prng) =>
    forged(
      at,
      prng,
      `"tenant_id":"${at.other}","namespace":"${at.other === at.tenant ? 'default' : `tenant-${at.tenant}`}"`,
    ),
];

/** How many kinds of quarantined records there are. */
export const QUARANTINED_KINDS = QUARANTINED.length;

/** The quarantined record of a kind, counted from 0. */
export function quarantinedRecord(kind: number, at: HostileContext, prng: Prng): Buffer {
  return QUARANTINED[kind % QUARANTINED_KINDS]?.(at, prng) ?? Buffer.from('\n');
}

function forged(at: HostileContext, prng: Prng, stamp: string): Buffer {
  const log = JSON.stringify(dynamo(at, '999999', []).log);
  const place = `"pod":"intruder","file":"/var/log/app/forged.log","offset":${prng.int(1_000_000_000)}`;
  return Buffer.from(
    `{"time":"${new Date(at.time).toISOString()}","stream":"stdout","log":${log},"schema":"tenantscope/1",${stamp},${place}}\n`,
  );
}
