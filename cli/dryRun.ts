import {
  estimateReport,
  exceededLimit,
  jsonParameters,
  type PreparedReport,
  prepareReport,
  type ScanEstimate,
  type ScanLimits,
} from '../queries/index.js';
import { byteText } from './byteSize.js';
import { counted } from './counted.js';
import { listed } from './listed.js';
import type { AskedReport } from './reportFlags.js';

/** What a run would send, read and cost, for people and for programs. */
export interface ReportDryRun {
  readonly text: string;
  readonly data: object;
}

/** What a run would send, read and cost. Nothing of the report is run. */
export async function dryRun(asked: AskedReport, limits: ScanLimits, usdPerTb: number): Promise<ReportDryRun> {
  const { engine, report, values } = asked;
  const prepared = await prepareReport(engine, report, values);
  const estimate = await estimateReport(engine, prepared, usdPerTb);
  const exceeded = estimate === undefined ? undefined : exceededLimit(estimate, limits);
  const data = {
    report: report.name,
    params: jsonParameters(prepared.values),
    statements: prepared.statements,
    partitions: estimate?.partitions ?? null,
    files:
      estimate?.files.map(({ path, bytes, leastBytes }) => ({ path, bytes, least_bytes: leastBytes ?? null })) ?? null,
    estimate:
      estimate === undefined
        ? null
        : {
            bytes_low: estimate.lowBytes,
            bytes_high: estimate.highBytes,
            usd_low: estimate.lowUsd,
            usd_high: estimate.highUsd,
            usd_per_tb: estimate.usdPerTb,
            files_unread: estimate.filesUnread,
            billed: engine.usdPerTb !== undefined,
          },
    reuse: engine.reuseMinutes === undefined ? null : { max_age_minutes: engine.reuseMinutes },
    refused: exceeded === undefined ? null : { limit: exceeded.limit, allow: [exceeded.flag, '--yes'] },
  };
  return { text: dryRunText(asked, prepared, estimate, exceeded), data };
}

function dryRunText(
  { engine, report }: AskedReport,
  { statements }: PreparedReport,
  estimate: ScanEstimate | undefined,
  exceeded: ReturnType<typeof exceededLimit>,
): string {
  const more = statements.length - 1;
  return [
    statements[0] ?? '',
    '',
    ...(more > 0
      ? [`and ${more} more of the same for the other tenants, whose rows are merged; --json has all`, '']
      : []),
    ...(estimate === undefined ? ['this engine cannot say what it would read'] : scanLines(estimate)),
    ...(estimate === undefined ? [] : [costLine(estimate, engine.usdPerTb !== undefined)]),
    engine.reuseMinutes === undefined
      ? 'result: made anew; no earlier one is used'
      : `result: an earlier one of the same text is used if it is no older than ${engine.reuseMinutes} minutes, and costs nothing`,
    exceeded === undefined
      ? `nothing of ${report.name} was run`
      : `nothing of ${report.name} was run, and it would be refused: above ${exceeded.limit}; ${exceeded.flag} or --yes allows it`,
  ].join('\n');
}

function scanLines({ files, partitions, lowBytes, highBytes, filesUnread }: ScanEstimate): readonly string[] {
  const width = Math.max(0, ...partitions.map(({ partition }) => partition.length));
  return [
    `reads ${counted(files.length, 'file')} in ${counted(partitions.length, 'partition')}`,
    ...listed(
      partitions,
      ({ partition, files: of, bytes }) => `${partition.padEnd(width)}  ${counted(of, 'file')}  ${byteText(bytes)}`,
    ),
    `estimate: ${byteText(lowBytes)} to ${byteText(highBytes)}: the columns named where rows of the window can be, to whole files`,
    ...(filesUnread === 0
      ? []
      : [`  ${counted(filesUnread, 'file')} were not looked into, and count nothing in the lower bound`]),
  ];
}

function costLine({ lowUsd, highUsd, usdPerTb }: ScanEstimate, billed: boolean): string {
  const price = `at ${usdPerTb} USD a terabyte and at least 10 MB a statement`;
  const usd = lowUsd === highUsd ? `${lowUsd} USD` : `${lowUsd} to ${highUsd} USD`;
  return billed ? `cost: ${usd} ${price}` : `cost: nothing on this engine; ${usd} on Athena, ${price}`;
}
