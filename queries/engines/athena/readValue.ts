import { AppError } from '../../../model/index.js';
import type { Value } from '../Engine.js';
import { readTimestamp } from './readTimestamp.js';

/** A column as Athena describes it. */
export interface AthenaColumn {
  readonly name: string;
  /** Lower case, without precision: `decimal`, `timestamp with time zone`. */
  readonly type: string;
}

const INTEGER = /^-?\d+$/;
const DECIMAL = /^-?\d+(\.\d+)?$/;
const DOUBLE = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|NaN|-?Infinity)$/;

/**
 * One value from Athena's text, as the embedded engine would give it: bigint exact, a decimal as its text (as bigint when
 * it has no fraction), times as ISO text in UTC; dates, arrays, maps and rows stay text. Throws READ_FAILED when the text is
 * not of the type, since a wrong number must not pass for a right one.
 */
export function readValue(column: AthenaColumn, text: string | null): Value {
  if (text === null) return null;
  switch (column.type) {
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      break;
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'integer':
      if (INTEGER.test(text)) return Number(text);
      break;
    case 'bigint':
      if (INTEGER.test(text)) return BigInt(text);
      break;
    case 'decimal':
      if (DECIMAL.test(text)) return text.includes('.') ? text : BigInt(text);
      break;
    case 'float':
    case 'real':
      // Its text is the shortest that names the 32-bit number; other engines hand out that number.
      if (DOUBLE.test(text)) return Math.fround(Number(text));
      break;
    case 'double':
      if (DOUBLE.test(text)) return Number(text);
      break;
    case 'timestamp':
    case 'timestamp with time zone': {
      const time = readTimestamp(text);
      if (time !== undefined) return time;
      break;
    }
    default:
      return text;
  }
  throw new AppError('READ_FAILED', 'a value is not of its type', {
    where: `column ${column.name}`,
    expected: column.type,
    got: JSON.stringify(text.slice(0, 60)),
    hint: column.type.startsWith('timestamp') ? "give times in UTC: … at time zone 'UTC'" : 'report this as a defect',
  });
}
