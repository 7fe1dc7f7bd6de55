import type { AwsPrices } from '../AwsPrices.js';
import type { StageCost } from '../StageCost.js';
import { MONTH_HOURS, type Workload } from '../Workload.js';
import type { Assumptions } from './assumptions.js';
import { JobBill } from './JobBill.js';
import { HISTORY_HOURS, JOB_COUNTS, RECENT_WINDOWS } from './jobCounts.js';
import { type JobLoad, jobLoad } from './jobLoad.js';

/** What each scheduled job costs a month, on Athena and with the registry in its table. */
export function jobStages(workload: Workload, prices: AwsPrices, assumed: Assumptions): readonly StageCost[] {
  const load = jobLoad(workload, assumed);
  return [ledgerOf, detectionOf, billingOf, maintenanceOf].map((of) => of(load, prices, assumed));
}

type Of = (load: JobLoad, prices: AwsPrices, assumed: Assumptions) => StageCost;

const LAKE_LISTED = 'S3, listings of the lake';
const LOG_LISTED = 'S3, the log of the ledger and its checkpoints listed';
const LOG = 'S3, entries of the ledger’s log and its checkpoints';
const MAINTAINED = 'S3, compactions and retentions of the ledger’s log, once a day';
const DATES = 'S3, what each date has booked, once a day';
const TABLES = 'S3, tables of the ledger read by Athena';
const RESULTS = 'S3, results and commits';

const ledgerOf: Of = (load, prices, assumed) => {
  const { ledger } = JOB_COUNTS;
  const { turns, bookings, objects, parquetBytes, days } = load;
  const idle = Math.max(0, turns - bookings);
  const statements = bookings * ledger.statements + idle * ledger.idle;
  const each = parquetBytes / bookings;
  const hour = { bytes: parquetBytes / MONTH_HOURS, objects: objects / MONTH_HOURS };
  const earlier = assumed.earlier_hours * hour.objects * bookings;
  return (
    new JobBill('ledger', prices)
      .runs(turns, (statements / turns) * assumed.seconds_a_statement, true)
      .statements(statements - bookings * ledger.ofLines)
      .reading('Athena, lines of a booking', bookings * ledger.ofLines, each * assumed.read_share, 'lines')
      .reading(
        'Athena, identities of earlier lines',
        bookings,
        hour.bytes * assumed.earlier_hours * assumed.identity_share,
        'lines',
      )
      .gets('S3, objects of lines read by Athena', objects * 2 * assumed.gets_an_object, 'objects')
      .gets('S3, earlier objects read for their identities', earlier * (1 + assumed.gets_an_object), 'objects')
      .gets(TABLES, statements * assumed.gets_a_statement, 'runs')
      .puts(RESULTS, statements * assumed.puts_a_result + bookings * ledger.commits * assumed.puts_a_commit, 'runs')
      .listings(
        LAKE_LISTED,
        (MONTH_HOURS - days) * load.listing + days * (load.wholeListing + load.emitters),
        'tenants',
      )
      .messages(
        'SQS, what the bucket tells of objects',
        objects * ledger.requestsAnObject + turns * ledger.requests,
        'objects',
      )
      .gets('S3, objects that were told looked at', objects * ledger.looks, 'objects')
      // Whether new objects are booked is told by today's entries, and of each date before, whose entries were read once, by one object.
      .gets(
        LOG,
        turns * (ledger.logReads + ledger.reads) +
          bookings * (load.dayEntries / 2 + 1) +
          days * load.dayEntries +
          MONTH_HOURS,
        'runs',
      )
      .gets(DATES, days * load.dates, 'months kept')
      .listings(LOG_LISTED, bookings * ledger.logListings + idle * ledger.idleListings, 'runs')
      .puts('S3, entries and leases', bookings * ledger.writes + idle * ledger.idleWrites, 'runs')
      .items('DynamoDB, runs that were made', onceOf(turns), 'runs')
      .items('DynamoDB, the registry', { reads: turns * load.registryUnits, writes: 0 }, 'tenants')
      .stage()
  );
};

const detectionOf: Of = (load, prices, assumed) => {
  const { detection } = JOB_COUNTS;
  const { turns } = load;
  const hours = Math.min(turns, MONTH_HOURS);
  const ofServices = assumed.services * detection.ofService;
  const statements = turns * detection.statements + hours * (detection.hourly + ofServices);
  const ofHistory = hours * (detection.ofHistory + ofServices);
  const recentBytes = load.hourBytes * RECENT_WINDOWS;
  const state = { reads: turns * Math.ceil(assumed.state_kb / 4), writes: turns * Math.ceil(assumed.state_kb) };
  return new JobBill('detection', prices)
    .runs(turns, (statements / turns) * assumed.seconds_a_statement, false)
    .statements(statements - turns * detection.ofRecent - ofHistory)
    .reading('Athena, usage of 48 hours by five minutes', turns * detection.ofRecent, recentBytes, 'tenants')
    .reading('Athena, usage of 39 days', ofHistory, load.hourBytes * HISTORY_HOURS, 'tenants')
    .gets(TABLES, statements * assumed.gets_a_statement, 'runs')
    .puts(RESULTS, statements * assumed.puts_a_result, 'runs')
    .gets(LOG, turns * (detection.logReads + detection.reads), 'runs')
    .listings(LOG_LISTED, turns * detection.logListings, 'runs')
    .items('DynamoDB, runs that were made', onceOf(turns), 'runs')
    .items('DynamoDB, the state of alerting', state, 'runs')
    .items(
      'DynamoDB, incidents and deliveries',
      { reads: 0, writes: assumed.incidents * assumed.writes_an_incident },
      'incidents',
    )
    .items('DynamoDB, the registry', { reads: turns * load.registryUnits, writes: 0 }, 'tenants')
    .stage();
};

const billingOf: Of = (load, prices, assumed) => {
  const { billing } = JOB_COUNTS;
  const { days } = load;
  const exports = days + assumed.closing_days;
  const statements = days * billing.opening + exports * billing.statements;
  // A month is half over on average.
  const bytes = (load.hourBytes * MONTH_HOURS) / 2;
  const seconds = (statements * assumed.seconds_a_statement) / days + bytes / 1e6 / assumed.mb_a_second;
  return new JobBill('billing', prices)
    .runs(days, seconds, true)
    .statements(statements - exports * billing.ofMonth)
    .reading('Athena, usage of a month', exports * billing.ofMonth, bytes, 'tenants')
    .gets(TABLES, statements * assumed.gets_a_statement, 'runs')
    .puts('S3, packages and results', exports * billing.files + statements * assumed.puts_a_result, 'runs')
    .listings(LAKE_LISTED, days * billing.lakeListings * load.listing, 'tenants')
    .gets(LOG, days * (billing.logReads + 1 + load.dayEntries / 2), 'runs')
    .listings(LOG_LISTED, days * billing.logListings, 'runs')
    .items('DynamoDB, runs that were made', onceOf(days), 'runs')
    .items('DynamoDB, the registry', { reads: days * load.registryUnits, writes: 0 }, 'tenants')
    .stage();
};

const maintenanceOf: Of = (load, prices, assumed) => {
  const { maintenance } = JOB_COUNTS;
  const { days, objects, parquetBytes } = load;
  const statements = days * maintenance.statements;
  const seconds =
    maintenance.statements * assumed.seconds_a_statement + parquetBytes / days / 1e6 / assumed.mb_a_second;
  return (
    new JobBill('maintenance', prices)
      .runs(days, seconds, true)
      .statements(statements - days * maintenance.ofTables)
      .reading('Athena, rows of a day rewritten', days * maintenance.ofTables, load.hourBytes * 24, 'tenants')
      .gets('S3, objects that are made one', objects, 'objects')
      .puts('S3, objects they become', days * load.tenants, 'tenants')
      .puts(RESULTS, statements * (assumed.puts_a_result + assumed.puts_a_commit), 'runs')
      .listings(LAKE_LISTED, days * maintenance.lakeListings * (load.wholeListing + load.compactedListing), 'objects')
      .gets(LOG, days * load.dayEntries * maintenance.dates, 'runs')
      // Compaction and retention each read what both have said of partitions, an entry for a hundred of them.
      .gets(MAINTAINED, days * load.dates * 2 * (Math.ceil(load.emitters / 100) + 1), 'months kept')
      .items('DynamoDB, runs that were made', onceOf(days), 'runs')
      .stage()
  );
};

const onceOf = (runs: number) => ({ reads: runs * JOB_COUNTS.once.reads, writes: runs * JOB_COUNTS.once.writes });
