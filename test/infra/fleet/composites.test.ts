import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { PIPELINE_PARTS } from '../../../infra/cell/pipelineParts.js';
import { CELL_COMPOSITES } from '../../../planner/index.js';
import { settingsOf, templatesOf } from '../synthesise.js';

const templates = templatesOf(
  settingsOf({ cells: [{ id: 'gold' }], alarms: { runbooks_url: 'https://wiki.example.com/runbooks/' } }),
);

interface Composite {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmRule: string;
  readonly ActionsEnabled?: boolean;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
  readonly ActionsSuppressor?: unknown;
}

const of = (stack: string): readonly Composite[] =>
  Object.values((templates[stack] as Template).findResources('AWS::CloudWatch::CompositeAlarm')).map(
    (resource) => (resource as { Properties: Composite }).Properties,
  );
const alarmNames = Object.values(templates).flatMap((template) =>
  Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
    (resource) => (resource as { Properties: { AlarmName: string } }).Properties.AlarmName,
  ),
);
const fleet = of('tenantscope-fleet');
const parts = of('tenantscope-cell-gold');
const topic = [{ 'Fn::ImportValue': expect.stringContaining('RefAlarms') }];

/** Which alarms a rule asks about. */
const asked = (rule: string): readonly string[] => [...rule.matchAll(/"([^"]+)"/g)].map(([, name]) => name ?? '');

/** The rule's value while these alarms are on, as CloudWatch's grammar has it (AlarmRule: ALARM, OR, AT_LEAST). */
function isOn(rule: string, on: ReadonlySet<string>): boolean {
  const atLeast = /^AT_LEAST\((\d+), ALARM, \((.*)\)\)$/.exec(rule);
  if (atLeast !== null) return asked(rule).filter((name) => on.has(name)).length >= Number(atLeast[1]);
  if (!/^ALARM\("[^"]+"\)(?: OR ALARM\("[^"]+"\))*$/.test(rule)) throw new Error(`no rule: ${rule}`);
  return asked(rule).some((name) => on.has(name));
}

describe('who is called', () => {
  it('is told by alarms that are there, and rules CloudWatch takes', () => {
    const known = new Set([
      ...alarmNames,
      ...Object.keys(templates)
        .flatMap((stack) => of(stack))
        .map(({ AlarmName }) => AlarmName),
    ]);
    for (const { AlarmRule } of Object.keys(templates).flatMap((stack) => of(stack))) {
      expect(asked(AlarmRule).filter((name) => !known.has(name))).toEqual([]);
      expect(asked(AlarmRule).length).toBeLessThanOrEqual(100);
      expect(AlarmRule.length).toBeLessThanOrEqual(10_240);
      isOn(AlarmRule, new Set());
    }
    expect(parts).toHaveLength(CELL_COMPOSITES - 1);
    expect(fleet.map(({ AlarmName }) => AlarmName).sort()).toEqual([
      'tenantscope-gold-pipeline-broken',
      'tenantscope-pipelines-broken',
      'tenantscope-platform-pipeline-broken',
    ]);
  });

  it.each(Object.entries(PIPELINE_PARTS))('%s is a %s: only a symptom makes a pipeline broken', (name, part) => {
    const [rule = ''] = parts.map(({ AlarmRule }) => AlarmRule);
    expect(isOn(rule, new Set([`tenantscope-gold-${name}`]))).toBe(part === 'symptom');
    expect(isOn(rule, new Set([`tenantscope-platform-${name}`]))).toBe(false);
  });

  it('is called by the composites alone, once for the fleet when more than one cell is broken', () => {
    expect(parts).toEqual([
      expect.objectContaining({ AlarmName: 'tenantscope-gold-pipeline-parts', ActionsEnabled: false }),
    ]);
    for (const { AlarmActions, OKActions, AlarmDescription } of fleet) {
      expect(AlarmActions).toEqual(topic);
      expect(OKActions).toEqual(topic);
      expect(AlarmDescription).toMatch(/Runbook: https:\/\/wiki\.example\.com\/runbooks\/pipelines?-broken\.md$/);
    }
    const all = fleet.find(({ AlarmName }) => AlarmName === 'tenantscope-pipelines-broken');
    expect(isOn(all?.AlarmRule ?? '', new Set(['tenantscope-gold-pipeline-parts']))).toBe(false);
    expect(
      isOn(all?.AlarmRule ?? '', new Set(['tenantscope-gold-pipeline-parts', 'tenantscope-platform-pipeline-parts'])),
    ).toBe(true);
    // The cells are quiet then, and their alarms cannot be made before the fleet's.
    for (const cell of fleet.filter((composite) => composite !== all)) {
      expect(cell).toMatchObject({
        ActionsSuppressor: { Ref: 'PipelinesBroken' },
        ActionsSuppressorWaitPeriod: 180,
        ActionsSuppressorExtensionPeriod: 600,
      });
    }
    expect(all?.ActionsSuppressor).toBeUndefined();
  });

  it('holds on to no cell: a cell that goes takes nothing of the fleet with it', () => {
    const text = JSON.stringify((templates['tenantscope-fleet'] as Template).toJSON());
    const imported = [...text.matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name?.split(':')[0]);
    expect([...new Set(imported)]).toEqual(['tenantscope-on-call']);
  });
});
