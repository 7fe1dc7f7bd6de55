import { type Micros, microsFromDecimal, type Problem, type TenantId, type Usage } from '../model/index.js';
import { isObject } from './jsonObject.js';
import { USAGE_LIMIT } from './textLimits.js';

const READS: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);
const WRITES: ReadonlySet<string> = new Set([
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'TransactWriteItems',
]);

/** Usage entries and what was wrong with those left out. */
export interface Metered {
  readonly usage: readonly Usage[];
  readonly problems: readonly Problem[];
}

type Entry = {
  readonly resource: string;
  readonly meter: 'read_units' | 'write_units' | 'requests';
  readonly quantity: Micros;
};

/**
 * Reads `ConsumedCapacity` as DynamoDB returns it (ReturnConsumedCapacity TOTAL or INDEXES), printed at the top of a JSON
 * line or under `metering`. One call is one request, counted on the first table. A quantity that cannot be exact is left
 * out with a problem; its neighbours stay.
 */
export function meterDynamoDb(app: Readonly<Record<string, unknown>>, consumer: TenantId): Metered {
  const metering = isObject(app.metering) ? app.metering : {};
  const printed = app.ConsumedCapacity ?? metering.ConsumedCapacity;
  const capacities = (Array.isArray(printed) ? printed : [printed]).filter(isObject);
  const first = capacities[0];
  if (first === undefined) return { usage: [], problems: [] };
  const operation = operationOf(app.operation ?? app['rpc.method'] ?? metering.operation);
  const entries: Entry[] = [];
  const problems = new Set<Problem>();
  for (const capacity of capacities) {
    if (entries.length >= USAGE_LIMIT) {
      problems.add('usage_truncated');
      break;
    }
    const read = readCapacity(capacity, operation);
    if (typeof read === 'string') problems.add(read);
    else entries.push(...read);
  }
  entries.push({ resource: tableOf(first), meter: 'requests', quantity: 1_000_000n as Micros });
  return {
    usage: entries.map(({ resource, meter, quantity }) => ({
      tenant_id: consumer,
      service: 'DynamoDB',
      resource,
      operation,
      meter,
      unit: meter === 'read_units' ? 'ReadUnits' : meter === 'write_units' ? 'WriteUnits' : 'Requests',
      kind: 'sum',
      series: '',
      quantity_micros: quantity,
    })),
    problems: [...problems],
  };
}

/** True when a line prints consumed capacity, whatever its form. */
export function printsCapacity(app: Readonly<Record<string, unknown>>): boolean {
  const printed = app.ConsumedCapacity ?? (isObject(app.metering) ? app.metering.ConsumedCapacity : undefined);
  return isObject(printed) || (Array.isArray(printed) && printed.some(isObject));
}

function readCapacity(capacity: Readonly<Record<string, unknown>>, operation: string): readonly Entry[] | Problem {
  const table = tableOf(capacity);
  const { ReadCapacityUnits: reads, WriteCapacityUnits: writes } = capacity;
  if (reads !== undefined || writes !== undefined) {
    const both = [
      ['read_units', reads],
      ['write_units', writes],
    ] as const;
    const entries: Entry[] = [];
    for (const [meter, value] of both) {
      if (value === undefined) continue;
      const quantity = quantityOf(value);
      if (quantity === undefined) return 'usage_invalid_quantity';
      entries.push({ resource: table, meter, quantity });
    }
    return entries;
  }
  const meter = READS.has(operation) ? 'read_units' : WRITES.has(operation) ? 'write_units' : undefined;
  if (meter === undefined) return 'usage_unknown_operation';
  const total = quantityOf(capacity.CapacityUnits);
  if (total === undefined) return 'usage_invalid_quantity';
  return splitByIndex(capacity, table, meter, total);
}

/** Global indexes as resources of their own, when their numbers fit into the total; else the total alone. */
function splitByIndex(
  capacity: Readonly<Record<string, unknown>>,
  table: string,
  meter: 'read_units' | 'write_units',
  total: Micros,
): readonly Entry[] {
  const indexes = isObject(capacity.GlobalSecondaryIndexes) ? Object.entries(capacity.GlobalSecondaryIndexes) : [];
  const entries: Entry[] = [];
  let rest: bigint = total;
  // More than any table can have: the total alone says as much.
  if (indexes.length > USAGE_LIMIT) return [{ resource: table, meter, quantity: total }];
  for (const [name, value] of indexes) {
    const quantity = isObject(value) ? quantityOf(value.CapacityUnits) : undefined;
    if (quantity === undefined) return [{ resource: table, meter, quantity: total }];
    rest -= quantity;
    entries.push({ resource: `${table}/index/${name}`.slice(0, 512), meter, quantity });
  }
  if (rest < 0n) return [{ resource: table, meter, quantity: total }];
  return [{ resource: table, meter, quantity: rest as Micros }, ...entries];
}

function quantityOf(value: unknown): Micros | undefined {
  return typeof value === 'number' || typeof value === 'string' ? microsFromDecimal(value) : undefined;
}

/** The table's name; an ARN is cut to what follows `table/`. */
function tableOf(capacity: Readonly<Record<string, unknown>>): string {
  const name = typeof capacity.TableName === 'string' ? capacity.TableName : '';
  return (/:table\/([^/]+)/.exec(name)?.[1] ?? name).slice(0, 512);
}

function operationOf(value: unknown): string {
  return typeof value === 'string' ? value.replace(/Command$/, '').slice(0, 128) : '';
}
