import { LAKE } from '../../model/index.js';
import type { LakeStack } from '../lake/LakeStack.js';
import { resultsOf, workgroupName } from '../people/Workgroups.js';
import type { JobName } from './jobNames.js';

const GLUE = 'arn:<AWS::Partition>:glue:<AWS::Region>:<AWS::AccountId>:table';

/** Why statements of jobs name resources with a wildcard, by the resource as cdk-nag writes it. */
export function jobWildcards(job: JobName, prefix: string, lake: LakeStack): Readonly<Record<string, string>> {
  const { exported, tables } = lake;
  const below = (bucket: keyof LakeStack['exported'], folders: readonly string[], reason: string) =>
    Object.fromEntries(folders.map((folder) => [`${exported[bucket]}/${folder}/*`, reason]));
  const asking = {
    ...below('results', [resultsOf(workgroupName(prefix, 'ledger'))], 'objects below the results of its workgroup'),
    [`${GLUE}/${tables.database}/*`]: 'the names of all tables are what information_schema is made of',
    ...below('data', ['ledger'], "objects of the ledger's log and tables"),
  };
  const making = {
    ...asking,
    ...below('data', [LAKE.events, LAKE.compacted], 'objects with the lines that the ledger is a function of'),
    [`${GLUE}/${tables.database}/stage_*`]: 'the table of one attempt at a booking is named after it',
  };
  const own: Readonly<Record<JobName, Readonly<Record<string, string>>>> = {
    ledger: making,
    detection: asking,
    billing: { ...asking, [`${exported.exports}/*`]: 'objects of all exports: the bucket has nothing else' },
    maintenance: { ...making, ...below('data', [LAKE.errors], 'quarantined records whose retention is over') },
  };
  return own[job];
}
