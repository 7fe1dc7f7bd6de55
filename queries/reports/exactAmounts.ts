import type { Rows, Value } from '../engines/QueryResult.js';

/** How an integer column whose name says its scale is written out. */
interface Scale {
  /** Its name once it is. */
  readonly name: string;
  readonly decimals: number;
  /** The unit of the whole, from that of the integer. */
  readonly unit: (integer: string) => string;
}

const SCALES = [
  // `millionths of a byte` are bytes; what is just `millionths` has its unit in another column.
  {
    suffix: '_micros',
    becomes: '',
    decimals: 6,
    unit: (text: string) => text.replace(/^millionths(?: of an?)? ?/, ''),
  },
  { suffix: '_attodollars', becomes: '_usd', decimals: 18, unit: () => 'USD' },
] as const;

/** What a column's name says of its scale; undefined for a column that is written as it is. */
export function scaleOf(name: string): Scale | undefined {
  const found = SCALES.find(({ suffix }) => name.endsWith(suffix));
  if (found === undefined) return undefined;
  const { suffix, becomes, decimals, unit } = found;
  return { name: name.slice(0, -suffix.length) + becomes, decimals, unit };
}

/** An integer with so many implied decimals as exact text, without trailing zeros. */
export function amountText(value: bigint, decimals: number): string {
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '');
  const text = fraction === '' ? digits.slice(0, -decimals) : `${digits.slice(0, -decimals)}.${fraction}`;
  return value < 0n ? `-${text}` : text;
}

/**
 * Writes `…_micros` as units and `…_attodollars` (1e-18 USD) as dollars: queries answer in integers, people read decimals.
 * `columns` are the names as the query answered them.
 */
export function exactAmounts(columns: readonly string[], rows: Rows): Rows {
  const scales = columns.map(scaleOf);
  if (scales.every((scale) => scale === undefined)) return rows;
  const write = (value: Value, index: number): Value => {
    const scale = scales[index];
    return scale === undefined || value === null ? value : amountText(BigInt(String(value)), scale.decimals);
  };
  return rows.map((row) => row.map(write));
}
