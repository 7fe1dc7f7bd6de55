import type { CallUsage } from '../MeteredCall.js';
import { type Fields, fieldsOf, listOf, type ServiceReader, textOf } from './ServiceReader.js';

const READS: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);
const WRITES: ReadonlySet<string> = new Set([
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'TransactWriteItems',
]);
const STATEMENTS: ReadonlySet<string> = new Set(['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction']);

/**
 * DynamoDB: read and write units per table and index as `ConsumedCapacity` returns them. A call that did not ask for
 * ConsumedCapacity (or asked for NONE) is sent with INDEXES, and the answer loses it again; one that asked for TOTAL
 * keeps TOTAL, so its units stand on the table. A failed call returns no units, so only its request is counted.
 */
export const dynamoDbReader: ServiceReader = {
  service: 'DynamoDB',
  ask: (operation, input) => {
    if (!READS.has(operation) && !WRITES.has(operation) && !STATEMENTS.has(operation)) return undefined;
    const asked = input.ReturnConsumedCapacity;
    if (asked !== undefined && asked !== 'NONE') return undefined;
    return { input: { ...input, ReturnConsumedCapacity: 'INDEXES' }, strip: 'ConsumedCapacity' };
  },
  read: (operation, input, output) => {
    const returned = output?.ConsumedCapacity;
    const capacities = Array.isArray(returned) ? listOf(returned) : returned === undefined ? [] : [fieldsOf(returned)];
    const meter = meterOf(operation, input);
    const usage = capacities.flatMap((capacity) => readCapacity(capacity, meter));
    const table = tableName(textOf(capacities[0]?.TableName) || tableOf(input));
    const own = usage.find((entry) => entry.resource === table);
    if (own === undefined) return [...usage, { resource: table, requests: 1 }];
    return usage.map((entry) => (entry === own ? { ...entry, requests: 1 } : entry));
  },
};

type UnitMeter = 'read_units' | 'write_units';

function meterOf(operation: string, input: Fields): UnitMeter {
  if (READS.has(operation)) return 'read_units';
  if (WRITES.has(operation)) return 'write_units';
  const first = listOf(input.Statements ?? input.TransactStatements)[0];
  const statement = textOf(input.Statement) || textOf(first?.Statement);
  // PartiQL: a batch or transaction holds only reads or only writes.
  return /^\s*select\b/i.test(statement) ? 'read_units' : 'write_units';
}

function readCapacity(capacity: Fields, meter: UnitMeter): readonly CallUsage[] {
  const table = tableName(textOf(capacity.TableName));
  const parts: CallUsage[] = [
    ...(capacity.Table === undefined ? [] : [unitsOf(table, fieldsOf(capacity.Table), meter)]),
    ...indexesOf(table, capacity.LocalSecondaryIndexes, meter),
    ...indexesOf(table, capacity.GlobalSecondaryIndexes, meter),
  ];
  const whole = unitsOf(table, capacity, meter);
  // Parts that do not add up to the whole say less than the whole does.
  if (parts.length === 0 || totalOf(parts) !== totalOf([whole])) return [whole];
  return parts.filter((part, place) => place === 0 || totalOf([part]) > 0);
}

function indexesOf(table: string, indexes: unknown, meter: UnitMeter): readonly CallUsage[] {
  return Object.entries(fieldsOf(indexes)).map(([name, units]) =>
    unitsOf(`${table}/index/${name}`, fieldsOf(units), meter),
  );
}

function unitsOf(resource: string, units: Fields, meter: UnitMeter): CallUsage {
  const { ReadCapacityUnits: reads, WriteCapacityUnits: writes, CapacityUnits: total } = units;
  const usage: Record<string, number> = {};
  if (typeof reads === 'number') usage.read_units = reads;
  if (typeof writes === 'number') usage.write_units = writes;
  if (usage.read_units === undefined && usage.write_units === undefined && typeof total === 'number')
    usage[meter] = total;
  return { resource, ...usage } as CallUsage;
}

function totalOf(usage: readonly CallUsage[]): number {
  return usage.reduce((sum, entry) => sum + Number(entry.read_units ?? 0) + Number(entry.write_units ?? 0), 0);
}

/** The first table a call names; for PartiQL none is known before the answer. */
function tableOf(input: Fields): string {
  if (typeof input.TableName === 'string') return input.TableName;
  const batch = Object.keys(fieldsOf(input.RequestItems))[0];
  if (batch !== undefined) return batch;
  const action = listOf(input.TransactItems)[0];
  return textOf(fieldsOf(Object.values(action ?? {}).find((part) => part !== undefined)).TableName);
}

function tableName(nameOrArn: string): string {
  return /:table\/([^/]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;
}
