import type { SqlType } from './SqlType.js';
import type { Expression, Literal } from './Statement.js';
import type { TreeReader } from './TreeReader.js';
import type { NumericLiteralContext, StringLiteralContext, TypeConstructorContext } from './trinoGrammar.js';

const GREATEST_INTEGER = 2_147_483_647n;
const GREATEST_BIGINT = 9_223_372_036_854_775_807n;

/** What both engines read alike: no zone, no more than milliseconds, which are all that Parquet and Trino agree on. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,3})?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** A number. */
export function readNumber(reader: TreeReader, context: NumericLiteralContext): Expression {
  const { grammar } = reader;
  const number = context.number();
  const text = context.getText();
  if (number instanceof grammar.DoubleLiteralContext) return literal(reader, context, 'double', text);
  if (number instanceof grammar.DecimalLiteralContext) {
    const [whole = '', fraction = ''] = text.replace('-', '').split('.');
    if (whole === '' || fraction === '') return reader.refuse(context, text, 'digits on both sides of the point');
    return literal(
      reader,
      context,
      { decimal: [whole.replace(/^0+/, '').length + fraction.length, fraction.length] },
      text,
    );
  }
  if (!/^-?\d+$/.test(text)) return reader.refuse(context, text, 'decimal digits');
  const value = BigInt(text);
  if (value > GREATEST_BIGINT)
    return reader.refuse(context, text, 'a number of at most 64 bits, or a decimal in quotes, cast');
  return literal(reader, context, value > GREATEST_INTEGER ? 'bigint' : 'integer', text);
}

/** A text. */
export function readText(reader: TreeReader, context: StringLiteralContext): Expression {
  const string = context.string();
  if (!(string instanceof reader.grammar.BasicStringLiteralContext)) {
    return reader.refuse(context, 'hexadecimal and escaped literals', 'decimal literals, plain text');
  }
  return literal(reader, context, 'varchar', unquoted(string.getText()));
}

/** A date or a timestamp. */
export function readTyped(reader: TreeReader, context: TypeConstructorContext): Expression {
  const type = context.identifier()?.getText().toLowerCase();
  const text = unquoted(context.string().getText());
  if (type === 'date') {
    return DATE.test(text)
      ? literal(reader, context, 'date', text)
      : reader.refuse(context, `date '${text}'`, "date '2026-11-23'");
  }
  if (type === 'timestamp') {
    if (TIMESTAMP.test(text)) return literal(reader, context, 'timestamp', text);
    return reader.refuse(
      context,
      `timestamp '${text}'`,
      "timestamp '2026-11-23 10:00:00', at most milliseconds and no zone: it is UTC",
    );
  }
  return reader.refuse(context, `${type ?? 'double precision'} '…'`, `cast('…' as ${type ?? 'double'})`);
}

function literal(
  reader: TreeReader,
  context: NumericLiteralContext | StringLiteralContext | TypeConstructorContext,
  type: SqlType,
  text: string,
): Literal {
  const { at } = reader.at(context);
  const parameter = reader.parameterAt(at);
  return { kind: 'literal', at, type, text, ...(parameter === undefined ? {} : { parameter }) };
}

const unquoted = (text: string): string => text.slice(1, -1).replaceAll("''", "'");
