import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { buildApp } from '../../infra/buildApp.js';
import { deploymentSchema } from '../../infra/settings/deploymentSchema.js';
import { configSchema, utcDaySchema } from '../../model/index.js';
import { code, page, table } from './markdown.js';

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** What each role of people may do, from the synthesised stack of a deployment with nothing but defaults. */
export function iamReference(): string {
  const resources = peopleResources();
  const roles = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  const sections = roles
    .map(([id, { Properties }]) => ({
      name: textOf(Properties.RoleName ?? id),
      description: textOf(Properties.Description ?? ''),
      statements: [...inlineOf(Properties), ...attachedTo(id, resources)],
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return page(
    'What roles of people may do',
    'the synthesised stack of people, with the defaults of deployment.yaml',
    'Nothing but what is listed is allowed, and the boundary of the deployment holds beside it. How roles are taken on, and who may, is in [deploy-aws.md](../deploy-aws.md). A name in braces is a resource of the deployment.',
    ...sections.map(({ name, description, statements }) =>
      [
        `## ${name}`,
        ...(description === '' ? [] : [description]),
        table(
          ['effect', 'actions', 'on', 'only if'],
          statements.map((one) => [
            one.Effect,
            one.Action === undefined ? `all but ${listOf(one.NotAction)}` : listOf(one.Action),
            listOf(one.Resource),
            one.Condition === undefined ? '' : code(JSON.stringify(resolved(one.Condition))),
          ]),
        ),
      ].join('\n\n'),
    ),
  );
}

function peopleResources(): Readonly<Record<string, Resource>> {
  const root = mkdtempSync(join(tmpdir(), 'tenantscope-reference-'));
  try {
    const bundle = join(root, 'bundle');
    mkdirSync(bundle);
    writeFileSync(join(bundle, 'handler.mjs'), 'export const handler = async () => ({});\n');
    const app = buildApp({
      settings: {
        deployment: deploymentSchema.parse({}),
        config: configSchema.parse({}),
        configText: '',
        // No tenant, so that any day will do.
        today: utcDaySchema.parse('2026-01-01'),
      },
      bundle,
      jobs: { light: bundle, duckdb: bundle },
      lifecycle: bundle,
      version: '0.0.0',
      app: { outdir: join(root, 'cdk.out') },
    });
    app.synth();
    const people = app.node.children.find(
      (child): child is Stack => child instanceof Stack && child.stackName.endsWith('-people'),
    );
    if (people === undefined) throw new Error('the app has no stack of people');
    return (Template.fromStack(people).toJSON() as { Resources: Record<string, Resource> }).Resources;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function inlineOf({ Policies }: Readonly<Record<string, unknown>>): readonly Statement[] {
  return (Array.isArray(Policies) ? Policies : []).flatMap((policy) => statementsOf(policy));
}

/** Statements of policies that name the role. */
function attachedTo(id: string, resources: Readonly<Record<string, Resource>>): readonly Statement[] {
  return Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::ManagedPolicy')
    .filter(({ Properties }) => JSON.stringify(Properties.Roles ?? []).includes(`"${id}"`))
    .flatMap(({ Properties }) => statementsOf(Properties));
}

function statementsOf(policy: unknown): readonly Statement[] {
  const { PolicyDocument } = policy as { PolicyDocument: { Statement: readonly Statement[] } };
  return PolicyDocument.Statement;
}

function listOf(value: unknown): string {
  return (Array.isArray(value) ? value : [value]).map((one) => code(textOf(one))).join('<br>');
}

/** CloudFormation's functions as the text they make, with names where only AWS knows the value. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name === 'Ref') return `\${${nameOf(argument)}}`;
  if (entries.length === 1 && name === 'Fn::GetAtt') return `\${${nameOf(argument[0])}}`;
  if (entries.length === 1 && name === 'Fn::ImportValue') return `\${${nameOf(textOf(argument))}}`;
  if (entries.length === 1 && name === 'Fn::Join') return argument[1].map(textOf).join(argument[0]);
  return Object.fromEntries(entries.map(([key, inner]) => [key, resolved(inner)]));
}

function textOf(value: unknown): string {
  const found = resolved(value);
  return typeof found === 'string' ? found : JSON.stringify(found);
}

/** An id without the hash that follows from where it stands: `Data`, `AWS::AccountId`. */
function nameOf(id: unknown): string {
  return String(id)
    .replace(/^.*ExportsOutput(?:Ref|FnGetAtt)/, '')
    .replace(/[0-9A-F]{8}(?:Arn)?[0-9A-F]{0,8}$/, '');
}
