import { describe, expect, it } from 'vitest';
import { CONFIG_TEMPLATE } from '../../cli/configTemplate.js';
import {
  applyEnvironment,
  configSchema,
  findBudgetProblems,
  formatProblem,
  parseConfig,
  parseConfigOrThrow,
} from '../../model/index.js';

function problemsOf(text: string): string[] {
  const parsed = parseConfig(text, 'tenantscope.yaml');
  return parsed.ok ? [] : parsed.problems.map(formatProblem);
}

describe('parseConfig', () => {
  it('takes an empty file as all defaults', () => {
    expect(parseConfig('', 'x.yaml')).toEqual({ ok: true, config: configSchema.parse({}) });
  });

  it('takes what init writes', () => {
    expect(problemsOf(CONFIG_TEMPLATE)).toEqual([]);
  });

  it('takes what init writes with its examples uncommented', () => {
    const text = CONFIG_TEMPLATE.replace(/^(tenants|shared_namespaces|plans|meters): \[\]$/gm, '$1:')
      .replace('prices: []', 'prices:')
      .replace(
        /^(\s*)# (\s*- |\s+(?:name|plan|namespaces|resources|billing_account|expected_share):|list_prices:|budgets:)/gm,
        '$1$2',
      );
    expect(text).toContain('\n- id: acme');
    expect(problemsOf(text)).toEqual([]);
    const source = { text, file: 'tenantscope.yaml' };
    expect(findBudgetProblems(parseConfigOrThrow(text, source.file), source)).toEqual([]);
  });

  it('names the nearest key for an unknown one, with file, line and column', () => {
    expect(problemsOf('version: 1\nlakke: ./lake\n')).toEqual([
      'tenantscope.yaml:2:1: expected a known key (did you mean lake?), got the unknown key lakke',
    ]);
    expect(problemsOf('tenants:\n  - id: acme\n    namespacs: [a]\n')).toEqual([
      'tenantscope.yaml:3:5: expected a known key (did you mean namespaces?), got the unknown key namespacs',
    ]);
  });

  it('prints every problem at once, in the order of the file', () => {
    const text = [
      'lake: 7',
      'identity: { trust: everyone }',
      'tenants:',
      '  - id: Acme',
      '    namespaces: [shared-search]',
      '  - id: globex',
      '    plan: gold',
      '  - id: globex',
      'shared_namespaces: [shared-search]',
      'engine: { memory_mb: 1 }',
    ].join('\n');
    const problems = problemsOf(text);
    expect(problems.map((problem) => problem.split(': ')[0])).toEqual([
      'tenantscope.yaml:1:7',
      'tenantscope.yaml:2:20',
      'tenantscope.yaml:4:9',
      'tenantscope.yaml:10:22',
    ]);
    for (const problem of problems) expect(problem).toMatch(/expected .*, got /);
  });

  it('finds what contradicts across keys: owners, ids, plans', () => {
    const text = [
      'tenants:',
      '  - { id: acme, namespaces: [a, shared-search] }',
      '  - { id: globex, namespaces: [a], plan: gold }',
      '  - { id: globex }',
      'shared_namespaces: [shared-search]',
    ].join('\n');
    expect(problemsOf(text)).toEqual([
      'tenantscope.yaml:2:33: tenants.0.namespaces.1: expected a namespace of one owner, got shared-search, which shared_namespaces has already',
      'tenantscope.yaml:3:32: tenants.1.namespaces.0: expected a namespace of one owner, got a, which acme has already',
      'tenantscope.yaml:3:42: tenants.1.plan: expected a declared plan (none is declared), got gold',
      'tenantscope.yaml:4:11: tenants.2.id: expected a unique tenant id, got globex again',
    ]);
  });

  it('reports text that is not YAML', () => {
    expect(problemsOf('lake: [1\n')[0]).toMatch(/^tenantscope\.yaml:\d+:\d+: expected valid YAML, got: /);
  });

  it('refuses a reserved tenant and a price written as a float', () => {
    expect(problemsOf('tenants: [{ id: _shared }]')[0]).toContain('expected a tenant id');
    const price = 'rate_card: { id: x, currency: USD, prices: [{ service: S, meter: m, price: 0.1 }] }';
    expect(problemsOf(price)[0]).toContain('rate_card.prices.0.price: expected string, got 0.1');
  });

  it('throws all problems together for a verb that needs the file', () => {
    expect(() => parseConfigOrThrow('a: 1\nb: 2', 'x.yaml')).toThrow(
      /2 problems in x\.yaml\nx\.yaml:1:1.*\nx\.yaml:2:1/,
    );
  });
});

describe('applyEnvironment', () => {
  const config = configSchema.parse({});

  it('puts the environment over the file', () => {
    const changed = applyEnvironment(config, { TENANTSCOPE_LAKE: '/data/lake', TENANTSCOPE_THREADS: '4' });
    expect(changed.lake).toBe('/data/lake');
    expect(changed.engine).toEqual({ memory_mb: 512, threads: 4, spill_mb: 20_000 });
  });

  it('reaches into what the file leaves out', () => {
    const changed = applyEnvironment(config, {
      TENANTSCOPE_ATHENA_DATABASE: 'lake',
      TENANTSCOPE_ATHENA_WORKGROUP: 'reports',
    });
    expect(changed.engine.athena).toMatchObject({ database: 'lake', workgroup: 'reports', deadline_minutes: 30 });
    expect(() => applyEnvironment(config, { TENANTSCOPE_ATHENA_WORKGROUP: 'reports' })).toThrow(
      /environment variable TENANTSCOPE_ATHENA_WORKGROUP/,
    );
  });

  it('names the variable whose value does not fit', () => {
    expect(() => applyEnvironment(config, { TENANTSCOPE_THREADS: 'many' })).toThrow(
      /environment variable TENANTSCOPE_THREADS/,
    );
    expect(() => applyEnvironment(config, { TENANTSCOPE_IDENTITY_TRUST: 'all' })).toThrow(/TENANTSCOPE_IDENTITY_TRUST/);
  });
});

describe('allocation', () => {
  it('finds what an allocation names and the project does not have', () => {
    const text = [
      'tenants: [{ id: acme }]',
      'allocation:',
      '  policies:',
      '    - { service: EKS, policy: proportional, by: { service: EKS, meter: vcpu_second } }',
      '    - { service: AWSSupport, policy: weighted, weights: { acne: "1" } }',
      '  shared: [platform]',
    ].join('\n');
    expect(problemsOf(text)).toEqual([
      'tenantscope.yaml:4:49: allocation.policies.0.by: expected a known meter, got EKS vcpu_second',
      'tenantscope.yaml:5:65: allocation.policies.1.weights.acne: expected a registered tenant, got acne',
      'tenantscope.yaml:6:12: allocation.shared.0: expected a registered tenant, got platform',
    ]);
    const form =
      'allocation: { policies: [{ service: S, policy: even, weights: { a: "1" } }, { service: S, policy: weighted }] }';
    expect(problemsOf(form).map((problem) => problem.replace(/^[^ ]* /, ''))).toEqual([
      'allocation.policies.0.weights: expected none: the policy is even, got {"a":"1"}',
      'allocation.policies.0.weights.a: expected a registered tenant, got a',
      'allocation.policies.1.weights: expected a weight above zero for a tenant, got nothing',
      'allocation.policies.1.service: expected one policy for S, got "S"',
    ]);
  });
});
