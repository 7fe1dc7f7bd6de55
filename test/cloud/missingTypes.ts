import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AthenaClient, CreateNamedQueryCommand, type CreateNamedQueryCommandInput } from '@aws-sdk/client-athena';
import {
  CloudWatchClient,
  PutCompositeAlarmCommand,
  type PutCompositeAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { resourcesOf } from './stackResources.js';

/**
 * Types of resources that MiniStack's CloudFormation does not know, though it has their APIs: a template with one is refused whole.
 * They are taken out before the deployment and made through the APIs after it, from the synthesised properties.
 */
const MISSING: Readonly<Record<string, (properties: unknown) => Promise<void>>> = {
  'AWS::Athena::NamedQuery': async (properties) => {
    const client = new AthenaClient();
    await client.send(new CreateNamedQueryCommand(properties as CreateNamedQueryCommandInput));
    client.destroy();
  },
  'AWS::CloudWatch::CompositeAlarm': async (properties) => {
    const client = new CloudWatchClient();
    await client.send(new PutCompositeAlarmCommand(properties as PutCompositeAlarmCommandInput));
    client.destroy();
  },
};

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>>;
}

/** A resource that was taken out of a stack's template. */
export interface MissingResource extends Resource {
  readonly stack: string;
  readonly id: string;
}

/** Takes resources of the missing types out of synthesised templates. In the order of the stacks' dependencies on each other. */
export function takeMissing(cdkOut: string): readonly MissingResource[] {
  const taken: MissingResource[] = [];
  for (const [stack, template] of templatesIn(cdkOut)) {
    for (const [id, resource] of Object.entries(template.Resources)) {
      if (MISSING[resource.Type] === undefined) continue;
      taken.push({ ...resource, stack, id });
      delete template.Resources[id];
    }
    writeFileSync(join(cdkOut, `${stack}.template.json`), JSON.stringify(template));
  }
  return taken;
}

/** Makes what was taken out, with what CloudFormation would have put in the place of references. */
export async function makeMissing(missing: readonly MissingResource[], cdkOut: string): Promise<void> {
  const templates = templatesIn(cdkOut);
  const physical = new Map<string, string>();
  for (const stack of templates.keys())
    for (const { id, physicalId } of await resourcesOf(stack)) physical.set(`${stack}/${id}`, physicalId);
  for (const { stack, id, Properties } of missing) physical.set(`${stack}/${id}`, String(Properties.AlarmName));
  const exports = new Map(
    [...templates].flatMap(([stack, { Outputs = {} }]) =>
      Object.values(Outputs).map(({ Export, Value }) => [Export?.Name, { stack, Value }] as const),
    ),
  );
  const resolve = (value: unknown, stack: string): unknown => {
    if (Array.isArray(value)) return value.map((entry) => resolve(entry, stack));
    if (typeof value !== 'object' || value === null) return value;
    const [[key, inside] = ['', undefined], ...more] = Object.entries(value);
    if (more.length === 0 && key === 'Ref') return physical.get(`${stack}/${inside}`);
    if (more.length === 0 && key === 'Fn::ImportValue') {
      const found = exports.get(String(inside));
      return resolve(found?.Value, found?.stack ?? '');
    }
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, resolve(entry, stack)]));
  };
  for (const { Type, Properties, stack } of missing) await MISSING[Type]?.(resolve(Properties, stack));
}

function templatesIn(cdkOut: string): ReadonlyMap<string, Template> {
  const files = readdirSync(cdkOut).filter((file) => file.endsWith('.template.json'));
  return new Map(
    files
      .map((file) => [file.replace('.template.json', ''), readFileSync(join(cdkOut, file), 'utf8')] as const)
      // The fleet's alarms are made of the cells'.
      .sort(([one], [other]) => Number(one.endsWith('-fleet')) - Number(other.endsWith('-fleet')))
      .map(([stack, text]) => [stack, JSON.parse(text) as Template]),
  );
}
