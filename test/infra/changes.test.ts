import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../infra/buildApp.js';
import { settingsOf } from './synthesise.js';

const root = mkdtempSync(join(tmpdir(), 'changes-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Resources of a stack of the app over a transform with this text, by logical id. */
function resourcesOf(stack: string, transform = 'one', deployment: object = {}): Readonly<Record<string, Resource>> {
  const folder = join(root, String(folders++));
  const [bundle, job] = [join(folder, 'bundle'), join(folder, 'job')];
  for (const made of [bundle, job]) mkdirSync(made, { recursive: true });
  writeFileSync(join(bundle, 'handler.mjs'), `export const handler = async () => '${transform}';\n`);
  writeFileSync(join(job, 'handler.mjs'), '');
  const jobs = { light: job, duckdb: job };
  const settings = settingsOf(deployment);
  const app = buildApp({
    settings,
    bundle,
    lifecycle: bundle,
    jobs,
    version: '0',
    app: { outdir: join(folder, 'cdk.out') },
  });
  const found = app.node.findChild(stack) as Stack;
  return (Template.fromStack(found).toJSON() as { Resources: Record<string, Resource> }).Resources;
}

const CELL = 'tenantscope-cell-default';
const of = (resources: Readonly<Record<string, Resource>>, type: string): readonly (readonly [string, Resource])[] =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);
const aliasAndVersion = (resources: Readonly<Record<string, Resource>>) => {
  const [[version, resource] = ['', undefined]] = of(resources, 'AWS::Lambda::Version');
  const [[alias, live] = ['', undefined]] = of(resources, 'AWS::Lambda::Alias');
  return { version, resource, alias, points: live?.Properties.FunctionVersion };
};

describe('an upgrade of the transform', () => {
  const before = aliasAndVersion(resourcesOf(CELL, 'one'));
  const after = aliasAndVersion(resourcesOf(CELL, 'two'));

  it('makes a new version, moves the alias that Firehose calls to it, and keeps the old one', () => {
    expect(before.points).toEqual({ 'Fn::GetAtt': [before.version, 'Version'] });
    expect(after.version).not.toBe(before.version);
    expect(after.points).toEqual({ 'Fn::GetAtt': [after.version, 'Version'] });
    expect(after.alias).toBe(before.alias);
    expect(before.resource).toMatchObject({ DeletionPolicy: 'Retain' });
  });

  it('is no upgrade when nothing changed', () => {
    expect(aliasAndVersion(resourcesOf(CELL, 'one'))).toEqual(before);
  });

  it('changes nothing but the function, its version and its alias', () => {
    const [one, two] = [resourcesOf(CELL, 'one'), resourcesOf(CELL, 'two')];
    const changed = new Set(
      [...Object.keys(one), ...Object.keys(two)].filter((id) => JSON.stringify(one[id]) !== JSON.stringify(two[id])),
    );
    const types = [...changed].map((id) => (one[id] ?? two[id])?.Type).sort();
    expect(types).toEqual([
      'AWS::Lambda::Alias',
      'AWS::Lambda::Function',
      'AWS::Lambda::Version',
      'AWS::Lambda::Version',
    ]);
  });
});

describe('a quota that was raised', () => {
  it('changes the alarm and the dashboard of that cell, and nothing else', () => {
    const raised = { cells: [{ id: 'default', partition_quota: 1000 }] };
    const [one, two] = [resourcesOf(CELL), resourcesOf(CELL, 'one', raised)];
    expect(Object.keys(two)).toEqual(Object.keys(one));
    const changed = Object.keys(one).filter((id) => JSON.stringify(one[id]) !== JSON.stringify(two[id]));
    expect(changed.map((id) => one[id]?.Type).sort()).toEqual(['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard']);
    expect(of(two, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties.Threshold)).toContain(800);
    const other = 'tenantscope-cell-platform';
    expect(resourcesOf(other, 'one', raised)).toEqual(resourcesOf(other));
  });
});

describe('a new column', () => {
  it('is written by deliveries as soon as the lake has it: they read the newest version of the table by its name', () => {
    const [[, delivery] = ['', undefined]] = of(resourcesOf(CELL), 'AWS::KinesisFirehose::DeliveryStream');
    expect(delivery?.Properties.ExtendedS3DestinationConfiguration).toMatchObject({
      DataFormatConversionConfiguration: { SchemaConfiguration: { VersionId: 'LATEST' } },
    });
    // A table of another name or database would be another table: these stand fast, so CloudFormation updates it in place.
    const tables = of(resourcesOf('tenantscope-lake'), 'AWS::Glue::Table');
    expect(tables.map(([id]) => id.replace(/\w{8}$/, '')).sort()).toEqual([
      'TablesErrors',
      'TablesEvents',
      'TablesEventsCompacted',
    ]);
    for (const [, { Properties }] of tables) expect(Properties.DatabaseName).toBe('tenantscope');
  });
});
