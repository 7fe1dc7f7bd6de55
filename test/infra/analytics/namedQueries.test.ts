import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { parseTrino } from '../../../queries/dialect/parseTrino.js';
import { loadCatalogue, type Report } from '../../../queries/index.js';
import { probeReport } from '../../queries/probeReport.js';
import { appOf, settingsOf, templatesOf } from '../synthesise.js';

/** Properties of a named query as the template has them: texts, nothing that CloudFormation works out. */
interface NamedQuery {
  readonly Name: string;
  readonly Description: string;
  readonly Database: string;
  readonly WorkGroup: string;
  readonly QueryString: string;
}

const TENANTS =
  'tenants:\n  - { id: acme, namespaces: [acme] }\n  - { id: globex, cell: eu-2, namespaces: [globex] }\n';

function queriesOf(configText: string, deployment: object = {}): readonly NamedQuery[] {
  return queriesIn(templatesOf(settingsOf(deployment, configText))['tenantscope-analytics'] as Template);
}

function queriesIn(template: Template): readonly NamedQuery[] {
  const resources = template.findResources('AWS::Athena::NamedQuery') as Record<string, { Properties: NamedQuery }>;
  return Object.values(resources)
    .map(({ Properties }) => Properties)
    .sort((a, b) => (a.Name < b.Name ? -1 : 1));
}

/** What Athena and CloudFormation take (aws.md of their documentation: API reference, template limits). */
function expectWithinLimits(queries: readonly NamedQuery[], template: Template): void {
  for (const { Name, Description, Database, WorkGroup, QueryString } of queries) {
    expect(Name).toMatch(/^[a-z][a-z0-9-]{1,127}$/);
    expect(Description.length).toBeGreaterThan(20);
    expect(Description.length).toBeLessThanOrEqual(1024);
    expect(Buffer.byteLength(QueryString), Name).toBeLessThanOrEqual(262_144);
    expect(Database).toMatch(/^[a-z0-9_]{1,255}$/);
    expect(WorkGroup).toMatch(/^[a-zA-Z0-9._-]{1,128}$/);
  }
  const document = template.toJSON() as { readonly Resources: object };
  expect(Object.keys(document.Resources).length).toBeLessThanOrEqual(500);
  expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThanOrEqual(1_000_000);
}

describe('the saved queries of a deployment', () => {
  const queries = queriesOf(TENANTS);

  it('are the catalogue, each under its name in the workgroup and database of people', () => {
    expect(queries.map(({ Name }) => Name)).toEqual(loadCatalogue().map(({ name }) => name));
    for (const { WorkGroup, Database } of queries) {
      expect({ WorkGroup, Database }).toEqual({ WorkGroup: 'tenantscope-reports', Database: 'tenantscope' });
    }
  });

  it('are these', async () => {
    const text = queries.map(({ Name, Description, QueryString }) => `== ${Name}\n${Description}\n\n${QueryString}\n`);
    await expect(text.join('\n')).toMatchFileSnapshot('../golden/tenantscope-analytics.queries.sql');
  });

  it.each(queries.map((query) => [query.Name, query] as const))('%s is one SELECT by Trino’s grammar', (_, query) => {
    const parsed = parseTrino(query.QueryString);
    expect('finding' in parsed ? parsed.finding : undefined).toBeUndefined();
    // Rendered to the end, and nothing left that the console would take for something else.
    expect(query.QueryString).not.toMatch(/\{\{|;/);
    const comments = query.QueryString.split('\n').filter((line) => line.trim().startsWith('--'));
    expect(comments.join('\n')).not.toContain('?');
  });

  it('ask for what has no default, and say so in the order of their question marks', () => {
    const asking = queries.filter(({ QueryString }) => QueryString.includes('?'));
    expect(
      Object.fromEntries(asking.map(({ Name, Description }) => [Name, /Asks for (.*), each/.exec(Description)?.[1]])),
    ).toEqual({
      'tenant-callers': 'tenant_id, tenant_id',
      'tenant-errors': 'tenant_id',
      'tenant-latency': 'tenant_id',
      'tenant-logs': 'tenant_id',
      'tenant-share': 'service, service',
      'tenant-usage-by-day': 'tenant_id',
      'tenant-usage-by-hour': 'tenant_id',
      'top-operations': 'service',
      'top-resources': 'service',
      trace: 'tenant_id, trace_id',
    });
    for (const { Description, QueryString } of asking) {
      const named = /Asks for (.*), each/.exec(Description)?.[1]?.split(', ');
      expect(QueryString.match(/\?/g)).toHaveLength(named?.length ?? 0);
    }
  });

  it('are named in the template by their report, so that a change of one leaves the others', () => {
    const ids = (config: string): Record<string, unknown> =>
      (templatesOf(settingsOf({}, config))['tenantscope-analytics'] as Template).findResources(
        'AWS::Athena::NamedQuery',
      );
    const [before, after] = [ids(TENANTS), ids(TENANTS.replace('globex', 'initech'))];
    expect(Object.keys(after)).toEqual(Object.keys(before));
    const changed = Object.keys(before).filter((id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]));
    expect(changed).toEqual(['activeusers', 'completeness', 'problems', 'topcallers']);
  });
});

describe('a list of tenants', () => {
  const active = (queries: readonly NamedQuery[]): string =>
    queries.find(({ Name }) => Name === 'active-users')?.QueryString ?? '';
  const many = (count: number): string =>
    `tenants:\n${Array.from({ length: count }, (_, n) => `  - { id: tenant-${n}, name: A rather long name of tenant ${n}, namespaces: [n-${n}], cell: cell-${n % 60} }\n`).join('')}`;

  it('is the registry’s and the reserved ones, as Athena’s injected partitions need it', () => {
    expect(active(queriesOf(TENANTS))).toContain(
      "emitter in ('_canary', '_erased', '_idle', '_shared', '_unknown', 'acme', 'globex')",
    );
  });

  it('is asked for where the registry is elsewhere, as one tenant', () => {
    const queries = queriesOf("registry: { from: 'dynamodb://registry' }\n");
    expect(active(queries)).toContain('emitter in (?)');
    const told = queries.find(({ Name }) => Name === 'completeness');
    expect(told?.Description).toContain('Not known here: which cell a tenant is in.');
  });

  it('is asked for where it is longer than Athena takes; ten thousand tenants stay within every limit', () => {
    const app = templatesOf(settingsOf({}, many(10_000)));
    const template = app['tenantscope-analytics'] as Template;
    const queries = queriesIn(template);
    expect(active(queries)).toContain('emitter in (?)');
    expectWithinLimits(queries, template);
  }, 120_000);

  it('of a thousand tenants stands in the statement, within every limit', () => {
    const template = templatesOf(settingsOf({}, many(995)))['tenantscope-analytics'] as Template;
    const queries = queriesIn(template);
    expect(active(queries)).toContain("'tenant-994'");
    expect(active(queries)).not.toContain('?');
    expectWithinLimits(queries, template);
  }, 120_000);
});

describe('reports of a project’s own', () => {
  const settings = settingsOf({}, TENANTS);
  const own = probeReport('integer', 'select count(*) as n from ledger where events > {{p}}', ', default: 5');

  it('are saved, too; one on a view that only the command can make is not, and that is said', () => {
    const reports: readonly Report[] = [
      { ...own, name: 'own', table: 'ledger' },
      { ...own, name: 'beats', table: 'heartbeats' },
    ];
    const template = templatesOf(settings, reports)['tenantscope-analytics'] as Template;
    expect(queriesIn(template).map(({ Name }) => Name)).toEqual(['own']);
    const told = JSON.stringify(
      appOf(settings, reports)
        .node.findAll()
        .flatMap(({ node }) => node.metadata),
    );
    expect(told).toContain('beats is not saved: Athena has no view heartbeats');
  });

  it('that do not fit a template are refused', () => {
    const long = `select 1 as n from ledger where '${'x'.repeat(200_000)}' = ''`;
    const reports = ['a', 'b', 'c', 'd', 'e'].map((name) => ({
      ...own,
      name: `${name}${name}`,
      sql: long,
      params: [],
    }));
    expect(() => appOf(settings, reports)).toThrow(/do not fit one template/);
    expect(() => appOf(settings, [{ ...own, params: [], sql: long.repeat(2) }])).toThrow(
      /too long to be saved in Athena/,
    );
  });
});
