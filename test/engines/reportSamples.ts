import { utcDayOf, type Window } from '../../model/index.js';
import { type loadCatalogue, parseParameters } from '../../queries/index.js';

type Report = ReturnType<typeof loadCatalogue>[number];
type Values = ReturnType<typeof parseParameters>;

/** What the values of each type of parameter are taken from. */
export interface Samples {
  readonly windows: readonly Window[];
  readonly services: readonly string[];
  readonly tenants: readonly string[];
  /** Only what a report does when it is given nothing that it does not need: for lakes where each answer takes long. */
  readonly leastOnly?: boolean;
}

/** Every combination of sample values a report can be asked with. Throws for a type without samples: it would go unproven. */
export function reportSamples(report: Report, samples: Samples): readonly Values[] {
  let pairs: readonly (readonly string[])[] = [[]];
  for (const parameter of report.params) {
    if (parameter.type === 'window') continue;
    const all = valuesOf(parameter, samples);
    const values = samples.leastOnly === true ? all.slice(0, 1) : all;
    pairs = pairs.flatMap((before) => values.map((value) => [...before, ...value]));
  }
  return samples.windows.flatMap((window) => pairs.map((given) => parseParameters(report, given, { window })));
}

function valuesOf(parameter: Report['params'][number], samples: Samples): readonly (readonly string[])[] {
  const { name, default: preset, min = 1 } = parameter;
  const type: string = parameter.type;
  const named = (values: readonly string[]): string[][] => values.map((value) => [`${name}=${value}`]);
  if (type === 'service') return named(samples.services);
  if (type === 'tenant_id') return named(samples.tenants);
  if (type === 'integer') return preset === undefined ? named([String(min)]) : [[], ...named([String(min)])];
  // Left out first: what a report does without a value is another statement.
  const optional = (values: readonly string[]): string[][] => [...(parameter.required ? [] : [[]]), ...named(values)];
  if (type === 'tenant_ids') return optional([samples.tenants.join(',')]);
  if (type === 'enum') return optional((parameter.values ?? []).filter((value) => value !== preset).slice(0, 1));
  if (type === 'date') return optional(samples.windows.map(({ start }) => utcDayOf(start)));
  if (type === 'text') return optional(["o'"]);
  if (type === 'trace_id') return optional(['4bf92f3577b34da6a3ce929d0e0e4736']);
  if (type === 'lateness') return [[]];
  throw new Error(`${parameter.name}: give test/engines/reportSamples.ts samples of type ${type}`);
}
