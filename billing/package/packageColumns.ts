import type { FocusDataset, FocusVersion } from '../focus/FocusColumn.js';
import { focusColumns } from '../focus/focusColumns.js';
import { type DecimalScales, PRECISION } from './decimalScales.js';

/** A column of a file of a package, with its type in Parquet as DuckDB writes it. */
export interface PackageColumn {
  readonly name: string;
  readonly type: string;
}

/** The columns of a dataset by name, with their types: FOCUS's own from its table, custom ones are text. */
export function packageColumns(
  version: FocusVersion,
  dataset: FocusDataset,
  names: readonly string[],
  scales: DecimalScales,
): readonly PackageColumn[] {
  const known = new Map(focusColumns(version, dataset).map((column) => [column.name, column]));
  return names.map((name) => {
    const type = known.get(name)?.type;
    if (type === 'time') return { name, type: 'timestamp with time zone' };
    if (type !== 'decimal' && type !== 'decimal+') return { name, type: 'varchar' };
    const scale = name.endsWith('UnitPrice') ? scales.price : name.endsWith('Quantity') ? scales.quantity : scales.cost;
    return { name, type: `decimal(${PRECISION},${scale})` };
  });
}
