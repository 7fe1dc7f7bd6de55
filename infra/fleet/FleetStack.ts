import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnAlarm, CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { CellStack } from '../cell/CellStack.js';
import { brokenAlarm, partsAlarm } from '../cell/pipelineParts.js';
import { JOB_PAGES, type JobPage, jobPageAlarm } from '../jobs/jobPages.js';
import type { Cell } from '../settings/cellsOf.js';
import type { Settings } from '../settings/readSettings.js';
import { FleetDashboard } from './FleetDashboard.js';

/** What watches all cells is made with. */
export interface FleetStackProps extends StackProps {
  readonly settings: Settings;
  readonly cells: readonly Cell[];
  /** Their stacks, whose alarms must be there before. */
  readonly after: readonly CellStack[];
  /** Where somebody is called. */
  readonly topic: ITopic;
}

/** So many cells at once have a cause in common: the registry, the lake's bucket or key, the region. */
const CELLS_AT_ONCE = 2;
/** A cell waits so long before it calls, lest the fleet does, and stays quiet so long after the fleet has, seconds. */
const WAIT = 180;
const EXTENSION = 600;

/**
 * Who is called, once for one cause: by the cell whose pipeline does not do its work, or, when several do not at once, by the fleet,
 * and then by no cell. Which alarm of a cell it is stands in its details. And a dashboard over all cells.
 */
export class FleetStack extends Stack {
  constructor(scope: Construct, id: string, { settings, cells, after, topic, ...props }: FleetStackProps) {
    super(scope, id, { ...props, description: 'tenantscope: who is called, and a view of all cells' });
    const { prefix, alarms } = settings.deployment;
    const runbooks = alarms.runbooks_url ?? 'docs/runbooks/';
    // Alarms of other stacks than the cells': of jobs. By name, as everything here goes: nothing holds on to a cell that is to go.
    const others = scope.node
      .findAll()
      .filter((construct) => construct instanceof CfnAlarm)
      .filter((alarm) => !after.some((stack) => Stack.of(alarm) === stack));
    for (const stack of new Set([...after, ...others.map((alarm) => Stack.of(alarm))])) this.addStackDependency(stack);
    const told = { alarmActions: [topic.topicArn], okActions: [topic.topicArn] };
    const fleet = new CfnCompositeAlarm(this, 'PipelinesBroken', {
      ...told,
      alarmName: `${prefix}-pipelines-broken`,
      alarmDescription: `Pipelines of several cells do not do their work at once. Runbook: ${runbooks}pipelines-broken.md`,
      alarmRule: `AT_LEAST(${CELLS_AT_ONCE}, ALARM, (${cells.map((cell) => `"${partsAlarm(prefix, cell.id)}"`).join(', ')}))`,
    });
    const broken = cells.map((cell) => {
      const page = new CfnCompositeAlarm(this, `Broken-${cell.id}`, {
        ...told,
        alarmName: brokenAlarm(prefix, cell.id),
        alarmDescription: `The pipeline of cell ${cell.id} does not do its work: records are late, refused or go to errors/. Runbook: ${runbooks}pipeline-broken.md`,
        alarmRule: `ALARM("${partsAlarm(prefix, cell.id)}")`,
        actionsSuppressor: fleet.ref,
        actionsSuppressorWaitPeriod: WAIT,
        actionsSuppressorExtensionPeriod: EXTENSION,
      });
      page.addResourceDependency(fleet);
      return brokenAlarm(prefix, cell.id);
    });
    new FleetDashboard(this, 'Dashboard', {
      prefix,
      cells,
      pages: [
        `${prefix}-pipelines-broken`,
        ...Object.keys(JOB_PAGES).map((page) => jobPageAlarm(prefix, page as JobPage)),
        ...broken,
      ],
      others,
      runbooks,
    });
  }
}
