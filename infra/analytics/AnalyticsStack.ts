import { Annotations, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnNamedQuery } from 'aws-cdk-lib/aws-athena';
import type { Construct } from 'constructs';
import { AppError, registryOf } from '../../model/index.js';
import { athenaTables, consoleQuery, type Report } from '../../queries/index.js';
import type { LakeStack } from '../lake/LakeStack.js';
import type { PeopleStack } from '../people/PeopleStack.js';
import { workgroupName } from '../people/Workgroups.js';
import type { Settings } from '../settings/readSettings.js';
import { registryFrom } from '../settings/registryFrom.js';

/** What saved queries are made with. */
export interface AnalyticsStackProps extends StackProps {
  readonly settings: Settings;
  readonly lake: LakeStack;
  readonly people: PeopleStack;
  readonly reports: readonly Report[];
}

/** CloudFormation takes templates of 1 MB (1,000,000 bytes to be safe); quotes and line breaks of a statement are escaped in it. */
const MOST_TEMPLATE_BYTES = 950_000;

/**
 * Every saved report as a named query of the people's workgroup, which Athena's console runs as it is. A change of a report, of
 * list prices or of the registry in tenantscope.yaml replaces the queries it is in. A stack of its own: nothing depends on it.
 */
export class AnalyticsStack extends Stack {
  constructor(scope: Construct, id: string, { settings, lake, people, reports, ...props }: AnalyticsStackProps) {
    super(scope, id, { ...props, description: 'tenantscope: saved queries' });
    // Both by name only: a named query of a workgroup or a database that is not there is refused.
    this.addStackDependency(people);
    this.addStackDependency(lake);
    const { config, deployment } = settings;
    const { database } = lake.tables;
    const rows = {
      listPrices: config.list_prices,
      registry: registryOf(config),
      quotas: config.quotas,
      completeness: config.completeness,
    };
    let bytes = 0;
    for (const report of reports) {
      if (!isAnswered(report)) {
        Annotations.of(this).addInfo(`${report.name} is not saved: Athena has no view ${report.table}`);
        continue;
      }
      const { name, description, sql } = consoleQuery(report, athenaTables(database), rows, {
        registered: registryFrom(settings) === undefined,
      });
      bytes += JSON.stringify({ name, description, sql }).length;
      new CfnNamedQuery(this, name, {
        name,
        description,
        database,
        queryString: sql,
        workGroup: workgroupName(deployment.prefix, 'reports'),
      });
    }
    if (bytes <= MOST_TEMPLATE_BYTES) return;
    throw new AppError('CONFIG_INVALID', 'the saved reports do not fit one template of CloudFormation', {
      expected: `at most ${MOST_TEMPLATE_BYTES} bytes`,
      got: `${bytes} in ${reports.length} reports`,
      hint: 'keep fewer reports of your own, or shorter ones',
    });
  }
}

/** Views that only `tenantscope` itself can make: one asks for everyone's lines, the other goes by the present end of the data. */
const isAnswered = ({ table }: Report): boolean => table !== 'heartbeats' && table !== 'usage_recent';
