import { nearestWord } from '../../model/index.js';
import { type Checking, note } from './Checking.js';
import { neverZero } from './checkOperation.js';
import { INSTEAD_OF } from './insteadOf.js';
import { type ArgumentKind, fits, PROVEN_FUNCTIONS, type ProvenFunction, UNITS_OF_DATES } from './provenFunctions.js';
import type { Scope } from './Scope.js';
import { commonType, type SqlType, typeText } from './SqlType.js';
import type { Call, Expression } from './Statement.js';

/** Kinds that have to be written out, since the engines differ at other values. */
const LITERALS: Readonly<Partial<Record<string, RegExp>>> = {
  // Codes that print alike.
  format: /^(?:%[YmdHisTjy]|[^%])+$/,
  place: /^[1-9]\d{0,8}$/,
  part: /^[\s\S]+$/,
};
/** Window functions whose answer is chance without an order. */
const NEEDS_ORDER: ReadonlySet<string> = new Set([
  'row_number',
  'rank',
  'dense_rank',
  'ntile',
  'lag',
  'lead',
  'first_value',
  'last_value',
]);

/** Checks a function call, and returns the type it gives. */
export function checkCall(checking: Checking, call: Call, scope: Scope): SqlType {
  const types = call.arguments.map((one) => checking.typeOf(one, scope));
  const within = [...call.orderBy, ...(call.over?.orderBy ?? [])].map(({ expression }) => expression);
  for (const one of [...within, ...(call.over?.partitionBy ?? [])]) checking.typeOf(one, scope);
  if (call.filter !== undefined) checking.typeOf(call.filter, scope);
  const known = Object.hasOwn(PROVEN_FUNCTIONS, call.name) ? PROVEN_FUNCTIONS[call.name] : undefined;
  if (known === undefined) {
    note(checking, call, unknownFunction(call.name));
    return 'unknown';
  }
  if (call.star) {
    if (call.name !== 'count') note(checking, call, `${call.name}(*): only count has it`);
  } else checkArguments(checking, call, known, types);
  checkForm(checking, call, known);
  return known.returns(types);
}

function unknownFunction(name: string): string {
  const instead = Object.entries(INSTEAD_OF).find(([names]) => names.split(' ').includes(name))?.[1];
  const near = nearestWord(name, Object.keys(PROVEN_FUNCTIONS));
  const hint =
    instead ??
    (near === undefined
      ? 'one of those in docs/reports.md'
      : `${near}, if that is what you mean, or another of docs/reports.md`);
  return `${name} is not proven to be the same on every engine; use ${hint}`;
}

function checkArguments(checking: Checking, call: Call, known: ProvenFunction, types: readonly SqlType[]): void {
  const { takes, optional = 0, repeated = 0 } = known;
  const count = types.length;
  if (count < takes.length - optional || count > takes.length + repeated) {
    const most = takes.length + repeated;
    const least = takes.length - optional;
    note(
      checking,
      call,
      `${call.name} takes ${least === most ? least : `${least} to ${most}`} arguments here, not ${count}`,
    );
    return;
  }
  for (const [index, argument] of call.arguments.entries()) {
    const kind = takes[Math.min(index, takes.length - 1)] ?? 'any';
    const problem = argumentProblem(kind, argument, types[index] ?? 'unknown');
    if (problem !== undefined) note(checking, argument, `${call.name} takes ${problem}`);
  }
  if (known.alike === true) {
    const values = types.filter((_, index) => typeof takes[Math.min(index, takes.length - 1)] !== 'object');
    let sofar: SqlType = 'null';
    for (const type of values) {
      const both = commonType(sofar, type);
      if (both === undefined) {
        note(
          checking,
          call,
          `${call.name} takes values of one type, not ${typeText(sofar)} and ${typeText(type)}: cast one`,
        );
        break;
      }
      sofar = both;
    }
  }
  checkTimes(checking, call, types);
  const [, divisor] = call.arguments;
  if (call.name === 'mod' && divisor !== undefined && !neverZero(divisor)) {
    note(checking, call, 'mod by what can be 0: use nullif(x, 0); 0 is NULL to DuckDB, an error to Trino');
  }
}

function argumentProblem(kind: ArgumentKind, argument: Expression, type: SqlType): string | undefined {
  if (!fits(kind, type)) {
    if (type === 'wide') return 'a sum only when it is cast: cast(sum(x) as bigint), or as decimal(38, 0)';
    return `${typeof kind === 'string' ? NAMES[kind] : 'a unit in quotes'}, not ${typeText(type)}`;
  }
  const literal = argument.kind === 'literal' && argument.parameter === undefined ? argument.text : undefined;
  const good =
    typeof kind === 'object' ? literal !== undefined && kind.includes(literal) : LITERALS[kind]?.test(literal ?? '');
  if (good !== false) return undefined;
  if (kind === 'format') return 'a format in quotes, of %Y %y %m %d %j %H %i %s %T';
  if (typeof kind === 'object') return `a unit in quotes: ${kind.map((unit) => `'${unit}'`).join(', ')}`;
  return `${NAMES[kind]}, written out: the engines differ at others`;
}

const NAMES: Readonly<Record<Extract<ArgumentKind, string>, string>> = {
  any: 'a value',
  value: 'a value',
  text: 'a text',
  whole: 'an integer',
  exact: 'an integer or decimal: DOUBLE is summed in any order, and each gives other digits',
  number: 'a number',
  double: 'a double',
  time: 'a date or timestamp',
  boolean: 'a condition',
  array: 'an array',
  map: 'a map',
  format: 'a format in quotes',
  place: 'a number from 1',
  part: 'a text in quotes that is not empty',
};

/** A DATE has no hours: DuckDB takes it for a timestamp, Trino refuses; and two times must be of one type. */
function checkTimes(checking: Checking, call: Call, types: readonly SqlType[]): void {
  const [unit] = call.arguments;
  if (unit?.kind !== 'literal' || !types.includes('date')) {
    if (types[0] === 'date' && ['hour', 'minute', 'second'].includes(call.name))
      note(checking, call, `${call.name} of a date: it has none`);
    return;
  }
  if (['date_trunc', 'date_diff', 'date_add', 'extract'].includes(call.name) && !UNITS_OF_DATES.has(unit.text)) {
    note(checking, call, `${call.name} of a date in ${unit.text}s: a date has days at most`);
  }
  if (call.name === 'date_diff' && types.includes('timestamp')) {
    note(checking, call, 'date_diff of a date and a timestamp: cast one');
  }
}

/** What stands around the arguments. */
function checkForm(checking: Checking, call: Call, known: ProvenFunction): void {
  const { name, over } = call;
  if (known.kind === 'window' && over === undefined) note(checking, call, `${name} needs over (… order by …)`);
  if (known.kind === 'scalar' && over !== undefined) note(checking, call, `${name} has no over (…)`);
  if (over !== undefined && NEEDS_ORDER.has(name) && over.orderBy.length === 0) {
    note(checking, call, `${name} needs an order in its over (…): without one its answer is chance`);
  }
  if (call.distinct && known.kind !== 'aggregate') note(checking, call, `${name} takes no distinct`);
  if (call.filter !== undefined && known.kind !== 'aggregate') note(checking, call, `${name} takes no filter`);
  if (known.macro === true && (call.distinct || call.filter !== undefined)) {
    note(checking, call, `${name} takes no distinct or filter on DuckDB: put the condition inside`);
  }
  if (name === 'array_agg' && call.orderBy.length === 0) {
    note(checking, call, 'array_agg needs an order inside: array_agg(x order by x)');
  }
  if (name !== 'array_agg' && call.orderBy.length > 0) note(checking, call, `${name} takes no order inside`);
}
