import { allParts, conjuncts } from './partsOf.js';
import { PROVEN_FUNCTIONS } from './provenFunctions.js';
import type { RowShape, ShapeColumn } from './RowShape.js';
import { columnText, resolve, type Scope } from './Scope.js';
import type { Call, Expression, Relation, Select } from './Statement.js';
import { textOf } from './textOf.js';

/** What tells the rows of a SELECT apart. */
export interface SelectKeys {
  /** As texts of expressions over what it reads: for its ORDER BY. */
  readonly texts: readonly (readonly string[])[];
  /** As columns it gives: for whoever reads it. */
  readonly columns: RowShape['keys'];
}

/** Finds what tells the rows of a SELECT apart: its groups, its distinct columns, or what tells apart the rows it reads. */
export function keysOfSelect(select: Select, scope: Scope, columns: readonly ShapeColumn[]): SelectKeys {
  const column = columnText(scope);
  const text = (expression: Expression): string => textOf(expression, column);
  const given = select.items.map((item, index) => ({ text: text(item.expression), name: columns[index]?.name ?? '' }));
  const fixed = fixedBy(select, text);
  const texts = keyTexts(select, scope, text)
    .map((key) => key.filter((one) => !fixed.constant.has(one)))
    .concat(select.distinct ? [given.map((item) => item.text)] : []);
  const named = texts.flatMap((key) => {
    const names = key.map((one) => given.find((item) => item.text === one || fixed.same(one, item.text))?.name);
    return names.every((name) => name !== undefined) ? [names] : [];
  });
  return { texts, columns: named };
}

function keyTexts(
  select: Select,
  scope: Scope,
  text: (expression: Expression) => string,
): readonly (readonly string[])[] {
  if (select.groupBy.length > 0) {
    return [
      select.groupBy.map((one) => {
        const place = one.kind === 'literal' && one.type === 'integer' ? select.items[Number(one.text) - 1] : undefined;
        return text(place?.expression ?? one);
      }),
    ];
  }
  if (select.items.some(({ expression }) => allParts(expression).some(isAggregate))) return [[]];
  const read = scope.relations.reduce<readonly (readonly string[])[]>(
    (sofar, { alias, shape }) =>
      sofar.flatMap((key) => shape.keys.map((more) => [...key, ...more.map((name) => `${alias}.${name}`)])),
    [[]],
  );
  const numbered = select.items.flatMap(({ expression }) => numberedBy(expression, scope, text));
  return [...read, ...numbered];
}

const isAggregate = (expression: Expression): boolean =>
  expression.kind === 'call' &&
  expression.over === undefined &&
  PROVEN_FUNCTIONS[expression.name]?.kind === 'aggregate';

/** `row_number()` counts within a partition, so partition and number together tell rows apart. */
function numberedBy(
  expression: Expression,
  scope: Scope,
  text: (expression: Expression) => string,
): readonly (readonly string[])[] {
  if (expression.kind !== 'call' || expression.name !== 'row_number' || expression.over === undefined) return [];
  return [[...partition(expression, scope).map(text), text(expression)]];
}

/** The partition, less columns that another one of it decides. */
function partition(call: Call, scope: Scope): readonly Expression[] {
  const parts = call.over?.partitionBy ?? [];
  const names = parts.map((part) => (part.kind === 'column' ? part.name : ''));
  return parts.filter((part) => {
    if (part.kind !== 'column') return true;
    const found = resolve(scope, part.qualifier, part.name);
    const by = 'problem' in found ? undefined : found.relation.shape.decidedBy?.[part.name];
    return by === undefined || !names.includes(by);
  });
}

interface Fixed {
  /** Texts of what has one value in all rows. */
  readonly constant: ReadonlySet<string>;
  /** True when a condition makes two the same in every row. */
  readonly same: (a: string, b: string) => boolean;
}

/** What conditions fix: columns equal to a value, and columns equal to each other. */
export function fixedBy(select: Select, text: (expression: Expression) => string): Fixed {
  const constant = new Set<string>();
  const equal = new Map<string, Set<string>>();
  const join = (a: string, b: string): void => {
    const all = new Set([a, b, ...(equal.get(a) ?? []), ...(equal.get(b) ?? [])]);
    for (const one of all) equal.set(one, all);
  };
  for (const condition of [...conjuncts(select.where), ...select.from.flatMap(joinConditions)]) {
    if (condition.kind !== 'predicate' || condition.operator !== '=') continue;
    const [left, right] = condition.operands;
    if (left === undefined || right === undefined) continue;
    if (right.kind === 'literal') constant.add(text(left));
    else if (left.kind === 'literal') constant.add(text(right));
    else join(text(left), text(right));
  }
  for (const one of [...constant]) for (const other of equal.get(one) ?? []) constant.add(other);
  return { constant, same: (a, b) => equal.get(a)?.has(b) === true };
}

/**
 * Conditions of joins. Of a left join they hold for what the right side gives, and the left side decides whether it gives
 * anything; of right and full joins they say nothing of either.
 */
function joinConditions(relation: Relation): readonly Expression[] {
  if (relation.kind !== 'join') return [];
  const inner = [...joinConditions(relation.left), ...joinConditions(relation.right)];
  return relation.join === 'inner' || relation.join === 'left' ? [...inner, ...conjuncts(relation.on)] : inner;
}
