import { sqlText } from '../../queries/index.js';
import type { FocusColumn } from './FocusColumn.js';
import type { FocusRule } from './FocusRule.js';

const column = (name: string): string => `"${name}"`;
const matches = (name: string, form: string): string => `regexp_full_match(${column(name)}, ${sqlText(form)})`;

/** A unit: a plural or a data unit, alone, times or over time, or so many of them. Time beyond FOCUS's list is a count noun. */
const NOUN = '[A-Z][A-Za-z0-9]*(?: [A-Z][A-Za-z0-9]*)*|[a-z][A-Z]+|[KMGTPE]?i?[Bb]|b|B';
const UNIT = `(?:[1-9][0-9]* )?(?:${NOUN})(?:-[A-Z][a-z]+s)?(?:/(?:[1-9][0-9]* )?[A-Z][a-z]+)?`;
const CURRENCIES = Intl.supportedValuesOf('currency');

/** What stands in no column, since null says it. */
const NO_VALUE = ['', 'null', 'NULL', 'Null', 'N/A', 'n/a', 'NaN', 'Infinity', '-Infinity'];

/** What is asked of one column by its type, nullability and allowed values. */
export function columnRules({ name, nullable, type, values }: FocusColumn): readonly FocusRule[] {
  const rule = (what: string, text: string, broken: string): FocusRule => ({
    id: `${name}-${what}`,
    text: `${name} ${text}`,
    columns: [name],
    broken: `${column(name)} is not null and not (${broken})`,
  });
  const rules: FocusRule[] = [];
  if (!nullable) {
    const text = `${name} MUST NOT be null.`;
    rules.push({ id: `${name}-not-null`, text, columns: [name], broken: `${column(name)} is null` });
  }
  if (values !== undefined) {
    const list = values.map(sqlText).join(', ');
    rules.push(rule('allowed-values', 'MUST be one of the allowed values.', `${column(name)} in (${list})`));
  }
  switch (type) {
    case 'decimal':
    case 'decimal+':
      rules.push(rule('numeric-format', 'MUST conform to NumericFormat.', matches(name, '-?[0-9]+(\\.[0-9]+)?')));
      if (type === 'decimal+')
        rules.push(rule('non-negative', 'MUST NOT be negative.', `not starts_with(${column(name)}, '-')`));
      break;
    case 'time':
      rules.push(
        rule(
          'datetime-format',
          'MUST conform to DateTimeFormat, in UTC.',
          `${matches(name, '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z')} and try_cast(${column(name)} as timestamptz) is not null`,
        ),
      );
      break;
    case 'currency':
      rules.push(
        rule(
          'currency-format',
          'MUST be an ISO 4217 code.',
          `${column(name)} in (${CURRENCIES.map(sqlText).join(', ')})`,
        ),
      );
      break;
    case 'unit':
      rules.push(rule('unit-format', 'SHOULD conform to UnitFormat.', matches(name, UNIT)));
      break;
    case 'json':
      rules.push(
        rule(
          'key-value-format',
          'MUST be a JSON object.',
          `case when json_valid(${column(name)}) then json_type(${column(name)}) = 'OBJECT' else false end`,
        ),
      );
      break;
    default:
  }
  if (name !== 'HostProviderName') {
    const list = NO_VALUE.map(sqlText).join(', ');
    rules.push(rule('null-handling', 'MUST be null where there is no value.', `${column(name)} not in (${list})`));
  }
  return rules;
}
