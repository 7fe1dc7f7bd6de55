import type { MemoryDuckDb } from '../../queries/index.js';
import { columnRules } from './columnRules.js';
import { COST_AND_USAGE_UNIQUE, costAndUsageRules } from './costAndUsageRules.js';
import type { FocusColumn, FocusDataset, FocusVersion } from './FocusColumn.js';
import type { FocusRule, FocusUniqueRule, FocusViolation } from './FocusRule.js';
import { findWrongProduct } from './findWrongProduct.js';
import { focusColumns } from './focusColumns.js';

/** Custom columns: the prefix, then Pascal case. */
const CUSTOM = /^x_[A-Z][A-Za-z0-9]*$/;

/** The products every row's costs must be, exactly. */
const PRODUCTS = [
  ['ContractedUnitPrice-C-011-C', 'ContractedUnitPrice', 'ContractedCost'],
  ['ListUnitPrice-C-010-C', 'ListUnitPrice', 'ListCost'],
] as const;

/** What was looked at and what was found. */
export interface FocusCheck {
  readonly rules: number;
  readonly violations: readonly FocusViolation[];
}

/**
 * Holds a dataset to FOCUS: its columns to the table of the version, each value to its column's type, nullability and allowed
 * values, and Cost and Usage to the rules over several columns. One scan for all rules of a row.
 *
 * @param source SQL of a relation whose columns are all text, null where the field is empty
 * @param names its columns, in their order
 */
export async function checkFocus(
  { connection }: MemoryDuckDb,
  source: string,
  names: readonly string[],
  version: FocusVersion,
  dataset: FocusDataset,
): Promise<FocusCheck> {
  const columns = focusColumns(version, dataset);
  const isCostAndUsage = dataset === 'cost_and_usage';
  const all = [...columns.flatMap(columnRules), ...(isCostAndUsage ? costAndUsageRules(version) : [])];
  const rules = all.filter((rule) => rule.columns.every((name) => names.includes(name)));
  const unique = (isCostAndUsage ? COST_AND_USAGE_UNIQUE : []).filter((rule) =>
    rule.columns.every((name) => names.includes(name)),
  );
  const violations = [...checkNames(columns, names)];
  const counts = rules.map(({ broken }) => `count(*) filter (where ${broken})`);
  const counted = await connection.runAndReadAll(`select ${counts.join(', ')} from ${source}`);
  const row = counted.getRows()[0] ?? [];
  for (const [index, rule] of rules.entries()) {
    const broken = Number(row[index] ?? 0);
    if (broken > 0)
      violations.push({ ...named(rule), rows: broken, example: await exampleOf(connection, source, rule) });
  }
  for (const rule of unique) violations.push(...(await checkUnique(connection, source, rule)));
  for (const [id, price, cost] of isCostAndUsage ? PRODUCTS : []) {
    if (![price, cost, 'PricingQuantity'].every((name) => names.includes(name))) continue;
    const wrong = await findWrongProduct(connection, source, price, 'PricingQuantity', cost);
    const text = `${cost} MUST be ${price} × PricingQuantity.`;
    if (wrong !== undefined) violations.push({ rule: id, text, ...wrong });
  }
  return { rules: rules.length + unique.length + (isCostAndUsage ? PRODUCTS.length : 0) + 3, violations };
}

function checkNames(columns: readonly FocusColumn[], names: readonly string[]): readonly FocusViolation[] {
  const violations: FocusViolation[] = [];
  const wrong = (rule: string, text: string, example: string): void => {
    violations.push({ rule, text, rows: 1, example });
  };
  for (const { name, level } of columns) {
    if (level === 'M' && !names.includes(name))
      wrong(`${name}-present`, `${name} MUST be present.`, 'the column is missing');
  }
  const known = new Set(columns.map(({ name }) => name));
  for (const name of names) {
    if (!known.has(name) && !CUSTOM.test(name))
      wrong('ColumnHandling-custom', 'Custom columns MUST start with x_.', name);
  }
  const ordered = [...names].sort((a, b) => (known.has(a) === known.has(b) ? (a < b ? -1 : 1) : known.has(a) ? -1 : 1));
  const at = names.findIndex((name, index) => name !== ordered[index]);
  if (at >= 0)
    wrong('ColumnHandling-order', 'FOCUS columns come first, then custom ones, each by name.', names[at] ?? '');
  return violations;
}

const named = ({ id, text }: Pick<FocusRule, 'id' | 'text'>) => ({ rule: id, text });

type Connection = MemoryDuckDb['connection'];

async function exampleOf(connection: Connection, source: string, rule: FocusRule): Promise<string> {
  const shown = rule.columns.map((name) => `"${name}"`).join(', ');
  const found = await connection.runAndReadAll(`select ${shown} from ${source} where ${rule.broken} limit 1`);
  return rule.columns.map((name, index) => `${name}=${JSON.stringify(found.getRows()[0]?.[index] ?? null)}`).join(' ');
}

async function checkUnique(
  connection: Connection,
  source: string,
  rule: FocusUniqueRule,
): Promise<readonly FocusViolation[]> {
  const [a, b] = rule.columns;
  const found = await connection.runAndReadAll(`select "${a}", count(distinct coalesce("${b}", '')) from ${source}
    where "${a}" is not null group by "${a}" having count(distinct coalesce("${b}", '')) > 1 order by 1 limit 1000`);
  const rows = found.getRows();
  if (rows.length === 0) return [];
  return [{ ...named(rule), rows: rows.length, example: `${a}=${JSON.stringify(rows[0]?.[0])}` }];
}
