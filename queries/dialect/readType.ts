import type { SqlType } from './SqlType.js';
import type { TreeReader } from './TreeReader.js';
import type { TypeContext } from './trinoGrammar.js';

const PLAIN: ReadonlyMap<string, SqlType> = new Map([
  ['bigint', 'bigint'],
  ['integer', 'integer'],
  ['int', 'integer'],
  ['double', 'double'],
  ['varchar', 'varchar'],
  ['boolean', 'boolean'],
  ['date', 'date'],
]);

/** A type that both engines have and convert to alike; others are refused. */
export function readType(reader: TreeReader, context: TypeContext): SqlType {
  const { grammar } = reader;
  if (context instanceof grammar.DateTimeTypeContext) {
    const text = context.getText().toLowerCase();
    if (text === 'timestamp' || text === 'timestampwithouttimezone') return 'timestamp';
    reader.refuse(context, `the type ${context.getText().toLowerCase()}`, 'timestamp, which is UTC');
    return 'unknown';
  }
  if (context instanceof grammar.GenericTypeContext) {
    const name = context.identifier().getText().toLowerCase();
    const parameters = context.typeParameter().map((one) => Number(one.getText()));
    const plain = PLAIN.get(name);
    if (plain !== undefined && parameters.length === 0) return plain;
    const [precision = Number.NaN, scale = Number.NaN] = parameters;
    if (name === 'decimal' && precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision) {
      return { decimal: [precision, scale] };
    }
    if (name === 'varchar' || name === 'char') {
      reader.refuse(context, 'varchar(n), char(n)', 'substr(x, 1, n): one engine cuts or pads, the other does not');
      return 'varchar';
    }
  }
  reader.refuse(
    context,
    `the type ${context.getText().toLowerCase()}`,
    'bigint, decimal(p, s), double, varchar, boolean, date, timestamp',
  );
  return 'unknown';
}
