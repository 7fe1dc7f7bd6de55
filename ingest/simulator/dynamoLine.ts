import type { CapacityBudget } from './CapacityBudget.js';
import type { LineUsage, PrintedLine } from './PrintedLine.js';
import type { Prng } from './Prng.js';

const READS = ['Query', 'Query', 'Query', 'GetItem', 'GetItem', 'BatchGetItem', 'Scan'] as const;
const WRITES = ['PutItem', 'PutItem', 'UpdateItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'] as const;
const TABLES = ['songs', 'playlists', 'plays', 'users'] as const;
const INDEXES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  songs: ['by-artist', 'by-album'],
  plays: ['by-day'],
};

/** Who prints a DynamoDB line. */
interface DynamoCaller {
  readonly pod: string;
  readonly container: string;
  /** The application field that names the consumer, for shared services; left out for a tenant's own. */
  readonly claim?: string;
  /** Whom a faithful pipeline books it to, when that is not the emitter. */
  readonly consumer?: string;
}

/**
 * A pino line of the metering middleware: one DynamoDB call with the ConsumedCapacity AWS answered. Batch operations
 * print AWS's array form; some calls print the capacity of the table and its indexes, which add up to the total.
 */
export function dynamoLine(prng: Prng, caller: DynamoCaller, time: number, budget: CapacityBudget): PrintedLine {
  const { kind, halves } = budget.next(prng.chance(0.25) ? 'write' : 'read');
  const operation = kind === 'read' ? prng.pick(READS) : prng.pick(WRITES);
  const table = prng.pick(TABLES);
  const usage: LineUsage[] = [];
  const consumer = caller.consumer === undefined ? {} : { consumer: caller.consumer };
  const add = (resource: string, meter: string, amount: number): void => {
    usage.push({ ...consumer, service: 'DynamoDB', resource, operation, meter, halves: amount });
  };
  const meter = kind === 'read' ? 'read_units' : 'write_units';
  let capacity: string;
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    const other = prng.pick(TABLES);
    const second = other === table || halves < 4 ? 0 : 2 * Math.floor(halves / 6);
    const entries = [`{"TableName":"${table}","CapacityUnits":${(halves - second) / 2}}`];
    add(table, meter, halves - second);
    if (second > 0) {
      entries.push(`{"TableName":"${other}","CapacityUnits":${second / 2}}`);
      add(other, meter, second);
    }
    capacity = `[${entries.join(',')}]`;
  } else {
    const indexes = INDEXES[table];
    if (indexes !== undefined && halves >= 4 && operation !== 'GetItem' && prng.chance(0.25)) {
      const index = prng.pick(indexes);
      const part = 1 + prng.int(halves - 2);
      capacity =
        `{"TableName":"${table}","CapacityUnits":${halves / 2},"Table":{"CapacityUnits":${(halves - part) / 2}},` +
        `"GlobalSecondaryIndexes":{"${index}":{"CapacityUnits":${part / 2}}}}`;
      add(table, meter, halves - part);
      add(`${table}/index/${index}`, meter, part);
    } else {
      capacity = `{"TableName":"${table}","CapacityUnits":${halves / 2}}`;
      add(table, meter, halves);
    }
  }
  add(table, 'requests', 2);
  const claim = caller.claim === undefined ? '' : `"tenant_id":${JSON.stringify(caller.claim)},`;
  const log =
    `{"level":30,"time":${time},"pid":1,"hostname":"${caller.pod}","name":"${caller.container}","msg":"dynamodb",` +
    `${claim}"operation":"${operation}","duration_ms":${1 + prng.int(40)},"ConsumedCapacity":${capacity}}`;
  return { container: caller.container, log, format: 'json', statedTime: time, usage };
}
