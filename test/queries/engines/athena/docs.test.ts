import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { athenaDdl, errorTable, eventTable } from '../../../../model/index.js';
import { athenaTables } from '../../../../queries/engines/athena/athenaTables.js';

const page = readFileSync(new URL('../../../../docs/athena.md', import.meta.url), 'utf8');

describe('docs/athena.md', () => {
  it('has the statements that make the tables, as they are', () => {
    for (const table of [
      eventTable('s3://BUCKET/events', ['2026-01-01', 'NOW+1DAYS']),
      errorTable('s3://BUCKET/errors'),
    ]) {
      expect(page).toContain(`${athenaDdl('tenantscope', table)};\n`);
    }
  });

  it('names every table the views are made of', () => {
    const { database: _, catalog: __, ...tables } = athenaTables('x');
    for (const table of Object.values(tables)) expect(page).toContain(`\`${table}\``);
  });

  it('has a policy with every action that a message asks for, and nothing that writes to the lake', () => {
    const policy = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '');
    const granted = new Set<string>(policy.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action));
    const source = ['refusedCall', 'lookAt', 'failedQuery']
      .map((name) => readFileSync(new URL(`../../../../queries/engines/athena/${name}.ts`, import.meta.url), 'utf8'))
      .join('\n');
    const asked = new Set(source.match(/\b(?:athena|s3|glue|kms):[A-Z]\w+/g) ?? []);
    expect(asked.size).toBeGreaterThan(8);
    expect([...asked].filter((action) => !granted.has(action))).toEqual([]);
    const lake = policy.Statement.filter(({ Resource }: { Resource: string | string[] }) =>
      [Resource].flat().some((resource) => resource.startsWith('arn:aws:s3:::BUCKET')),
    );
    expect(lake.flatMap(({ Action }: { Action: string | string[] }) => Action).sort()).toEqual([
      's3:GetBucketLocation',
      's3:GetObject',
      's3:ListBucket',
    ]);
  });
});
