/** What the lines of a workload look like: the application's text as JSON in a string, nested, or a mix as clusters print it. */
export const WORKLOADS = ['json', 'nested', 'mixed'] as const;

/** What the lines of a workload look like. */
export type Workload = (typeof WORKLOADS)[number];

/** Length the published comparisons of pipelines use for a record, envelope included, in bytes. */
export const LINE_BYTES = 460;
/** Lines of one aggregate: what a Fluent Bit chunk of 920 kB holds. */
export const AGGREGATE_LINES = 2000;

const NAMES = ['GET /v1/orders', 'POST /v1/orders', 'GET /v1/customers', 'PUT /v1/carts', 'DELETE /v1/carts'] as const;

/** Lines of one tenant, all different, none of which repeats a position; the same seed gives the same lines. */
export function linesOf(workload: Workload, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => envelope(workload, index));
}

function envelope(workload: Workload, index: number): string {
  const kind = workload === 'mixed' ? index % 4 : 0;
  const time = new Date(Date.parse('2026-11-24T10:00:00.000Z') + index).toISOString();
  const base = {
    time: `${time.slice(0, -1)}482913Z`,
    stream: 'stdout',
    tenant_id: 'tenant-07',
    cluster: 'eu-1',
    namespace: 'tenant-07',
    pod: 'api-7d9c6bb5f4-x2x7p',
    container: 'api',
    file: '/var/log/app/api.log',
    offset: index * LINE_BYTES,
  };
  if (workload === 'nested') return padded((fill) => ({ ...base, app: pino(index, time, fill) }));
  if (kind === 1) return padded((fill) => ({ ...base, log: JSON.stringify(dynamo(index, time, fill)) }));
  if (kind === 2) return padded((fill) => ({ ...base, log: access(index, time, fill) }));
  if (kind === 3) return padded((fill) => ({ ...base, log: `worker ${index % 8}: settled order ${index} ${fill}` }));
  return padded((fill) => ({ ...base, log: JSON.stringify(pino(index, time, fill)) }));
}

/** Filled to the length of {@link LINE_BYTES} with words, which cost a parser what words cost. */
function padded(build: (fill: string) => object): string {
  const short = JSON.stringify(build('')).length;
  const words =
    'the order was accepted by the warehouse and waits for the carrier to confirm a slot on that day '.repeat(4);
  return JSON.stringify(build(words.slice(0, Math.max(0, LINE_BYTES - short))));
}

function pino(index: number, time: string, fill: string): object {
  return {
    level: index % 50 === 0 ? 50 : 30,
    time,
    trace_id: (0x4bf92f35n + BigInt(index)).toString(16).padStart(32, '0'),
    route: NAMES[index % NAMES.length],
    status: index % 50 === 0 ? 500 : 200,
    duration_ms: (index % 400) / 4,
    msg: `handled ${fill}`,
  };
}

function dynamo(index: number, time: string, fill: string): object {
  return {
    level: 30,
    time,
    operation: 'GetItem',
    ConsumedCapacity: { TableName: 'orders', CapacityUnits: 0.5 + (index % 8) },
    msg: `read ${fill}`,
  };
}

function access(index: number, time: string, fill: string): string {
  const at = `${time.slice(8, 10)}/Nov/2026:${time.slice(11, 19)} +0000`;
  return `10.2.${index % 250}.7 - - [${at}] "GET /v1/orders/${index} HTTP/1.1" 200 ${index % 9000} "-" "Mozilla/5.0 ${fill}"`;
}
