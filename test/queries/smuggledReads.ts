import fc from 'fast-check';

/** The condition that keeps a SELECT within its tenant, and others that look like it or undo it. */
const MINE = 'tenant_id = {{tenant_id}}';
/** Conditions that keep a SELECT within its tenant, however they are written. */
const GOOD = [
  MINE,
  `l.${MINE}`,
  `${MINE} and events > 0`,
  `events > 0 and ${MINE}`,
  `(events > 0 or true) and ${MINE}`,
] as const;
/** Conditions that look like it, or undo it. */
const BAD = [
  `(${MINE})`,
  `${MINE} or events > 0`,
  `(${MINE} or true)`,
  `not ${MINE}`,
  `not (${MINE} and false)`,
  `${MINE} is not null`,
  `tenant_id <> {{tenant_id}}`,
  `tenant_id in ({{tenant_id}}, service)`,
  `tenant_id between {{tenant_id}} and {{tenant_id}}`,
  `meter between 'a' and ${MINE}`,
  `events between 0 and ${MINE}`,
  `case when true then true else true and ${MINE} and true end`,
  `coalesce(${MINE}, true)`,
  `if(${MINE}, true, true)`,
  `true = true or false and ${MINE}`,
  `service = {{tenant_id}}`,
  `emitter = {{tenant_id}}`,
  `tenant_id = tenant_id and {{tenant_id}} = {{tenant_id}}`,
  `meter like '%' escape '!' and ${MINE}`,
  'true',
] as const;
const JOINERS = [' and ', ' or ', ' and not ', ' and true and ', '\n and '] as const;
const TABLES = [
  'ledger',
  'ledger l',
  'ledger as l',
  'ledger l, tenants t',
  'ledger l join tenants t on true',
  'main.ledger',
  '"ledger"',
  '(ledger)',
  'ledger as l (service, emitter, tenant_id)',
  'ledger tablesample system (100)',
  "(values ('S3')) as v (service)",
  'x',
  'tenants',
  'booked_events',
  'ledger semi join tenants t',
  "query_table('ledger')",
  'lateral (select service from ledger) as l',
] as const;
const NOISE = [
  '/* */',
  '/* /* */',
  '*/',
  '--',
  '-- \n',
  '-- \r',
  '\r',
  '\f',
  '\t',
  '$$',
  "'",
  '"',
  '(',
  ')',
  ',',
  ';',
  ' or true',
  ' union all ',
  ' union ',
  ' except ',
  '/**/or/**/true',
  'values (1)',
  `select service from ledger`,
  `(select max(service) from ledger)`,
  ` and ${MINE}`,
  ' where true',
  ' from ledger',
  ' group by all',
  ' qualify true',
  ' limit 1',
  '::varchar',
  '||',
  "e'\\'",
  "x''",
  'u&',
  '\u00a0',
  '\ufeff',
  '\u2028',
  '{{tenant_id}}',
  '{{ tenant_id }}',
  'with x as (select service from ledger)',
  'union all table ledger',
  'exists (from ledger)',
  'not ',
  'case when ',
  ' end',
  'null',
  'is distinct from true',
  'escape',
] as const;

const condition = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...GOOD) },
  { weight: 2, arbitrary: fc.constantFrom(...BAD) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...GOOD, ...BAD), fc.constantFrom(...JOINERS), fc.constantFrom(...GOOD, ...BAD))
      .map(([left, joiner, right]) => `${left}${joiner}${right}`),
  },
);

/** SELECT statements put together of these, in every place where one can stand in another. */
const { query } = fc.letrec<{ query: string; select: string; from: string; item: string; where: string }>((tie) => ({
  item: fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom(
        'service',
        'max(service) as service',
        'service as service',
        'tenant_id as service',
        "coalesce(service, 'x') as service",
      ),
    },
    { weight: 1, arbitrary: tie('query').map((inner) => `(${inner}) as service`) },
    {
      weight: 1,
      arbitrary: tie('query').map((inner) => `case when exists (${inner}) then 'a' else 'b' end as service`),
    },
  ),
  from: fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom('ledger l', 'ledger as l') },
    { weight: 1, arbitrary: fc.constantFrom(...TABLES) },
    { weight: 1, arbitrary: tie('query').map((inner) => `(${inner}) as l`) },
    {
      weight: 1,
      arbitrary: tie('query').map((inner) => `ledger l left join (${inner}) as r on r.service = l.service`),
    },
  ),
  where: fc.oneof(
    { weight: 6, arbitrary: condition },
    {
      weight: 1,
      arbitrary: fc.tuple(condition, tie('query')).map(([left, inner]) => `${left} and service in (${inner})`),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(condition, tie('query')).map(([left, inner]) => `${left} and not exists (${inner})`),
    },
  ),
  select: fc
    .tuple(
      fc.boolean(),
      tie('item'),
      tie('from'),
      fc.option(tie('where'), { freq: 15 }),
      fc.constantFrom('', '', ' group by service', ' having true'),
    )
    .map(
      ([distinct, item, from, where, rest]) =>
        `select ${distinct ? 'distinct ' : ''}${item} from ${from}${where === null ? '' : ` where ${where}`}${rest}`,
    ),
  query: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 6, arbitrary: tie('select') },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('select'), fc.constantFrom('union', 'union all', 'except', 'intersect'), tie('query'))
        .map((parts) => parts.join(' ')),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('x', 'l', 'ledger', 'tenants'), tie('query'), tie('query'))
        .map(([name, inner, outer]) => `with ${name} as (${inner}) ${outer}`),
    },
    { weight: 1, arbitrary: tie('query').map((inner) => `(${inner})`) },
  ),
}));

/** A statement with pieces of others, comments and odd letters put into it. */
const mutated = fc
  .tuple(query, fc.array(fc.tuple(fc.nat(), fc.constantFrom(...NOISE)), { minLength: 1, maxLength: 4 }))
  .map(([sql, pieces]) =>
    pieces.reduce((text, [at, piece]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + piece + text.slice(place);
    }, sql),
  );

const ordered = (sql: string): string => `${sql} order by service`;

/** Statements that try to read more than their tenant's rows, among ones that do not. */
export const smuggledReads: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: query.map(ordered) },
  { weight: 1, arbitrary: query },
  { weight: 2, arbitrary: mutated.map(ordered) },
  { weight: 1, arbitrary: mutated },
);
