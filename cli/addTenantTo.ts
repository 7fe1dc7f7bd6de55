import { isMap, isSeq, parseDocument } from 'yaml';
import { AppError, type ConfigProblem, formatProblem, parseConfig } from '../model/index.js';

/** A tenant as the command line names one. */
export interface NewTenant {
  readonly id: string;
  readonly name?: string;
  readonly plan?: string;
  readonly namespaces: readonly string[];
}

/**
 * The text of a tenantscope.yaml with one tenant more; comments and layout of the rest stay. The result is checked as
 * `vet` would, so a reserved name, an id or a namespace that is taken, or a plan that is not declared is refused before
 * anything is written. Throws CONFIG_INVALID when the text has a problem already, INPUT_INVALID when the tenant has.
 */
export function addTenantTo(text: string, file: string, tenant: NewTenant): string {
  const before = parseConfig(text, file);
  if (!before.ok) throw invalid('CONFIG_INVALID', `${file} has problems already`, before.problems);
  if (before.config.registry.from !== undefined) {
    throw new AppError('INPUT_INVALID', `the tenants of ${file} live elsewhere`, {
      got: before.config.registry.from,
      hint: 'add the tenant there',
    });
  }
  const document = parseDocument(text);
  if (document.contents === null) document.contents = document.createNode({}) as never;
  const entry = document.createNode({
    id: tenant.id,
    ...(tenant.name === undefined ? {} : { name: tenant.name }),
    ...(tenant.plan === undefined ? {} : { plan: tenant.plan }),
    namespaces: tenant.namespaces,
  });
  if (isMap(entry)) {
    const namespaces = entry.get('namespaces', true);
    if (isSeq(namespaces)) namespaces.flow = true;
  }
  const tenants = document.get('tenants', true);
  if (isSeq(tenants)) {
    tenants.flow = false;
    tenants.add(entry);
  } else document.set('tenants', document.createNode([entry]));
  const after = document.toString({ lineWidth: 0 });
  const parsed = parseConfig(after, file);
  if (!parsed.ok) throw invalid('INPUT_INVALID', `the tenant ${tenant.id} cannot be added to ${file}`, parsed.problems);
  return after;
}

function invalid(code: 'CONFIG_INVALID' | 'INPUT_INVALID', summary: string, problems: readonly ConfigProblem[]) {
  return new AppError(code, `${summary}\n${problems.map(formatProblem).join('\n')}`, {
    hint: 'nothing was written; docs/configuration.md lists every key and its values',
  });
}
