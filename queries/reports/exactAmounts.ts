import type { QueryResult, Value } from '../engines/Engine.js';

/** What an integer column's name says of its scale, and the name it has once it is written out. */
const SCALES = [
  { suffix: '_micros', becomes: '', decimals: 6 },
  { suffix: '_attodollars', becomes: '_usd', decimals: 18 },
] as const;

/** An integer with so many implied decimals as exact text, without trailing zeros. */
export function amountText(value: bigint, decimals: number): string {
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '');
  const text = fraction === '' ? digits.slice(0, -decimals) : `${digits.slice(0, -decimals)}.${fraction}`;
  return value < 0n ? `-${text}` : text;
}

/** Writes `…_micros` as units and `…_attodollars` (1e-18 USD) as dollars: queries answer in integers, people read decimals. */
export function exactAmounts(result: QueryResult): QueryResult {
  const scales = result.columns.map((name) => SCALES.find(({ suffix }) => name.endsWith(suffix)));
  const write = (value: Value, index: number): Value => {
    const scale = scales[index];
    return scale === undefined || value === null ? value : amountText(BigInt(String(value)), scale.decimals);
  };
  return {
    columns: result.columns.map((name, index) => {
      const scale = scales[index];
      return scale === undefined ? name : name.slice(0, -scale.suffix.length) + scale.becomes;
    }),
    rows: result.rows.map((row) => row.map(write)),
  };
}
