import type { Source } from '../../model/index.js';
import { parseText } from '../parseText.js';
import { readAlbLine } from './albLine.js';
import { readCloudFrontLine } from './cloudFrontLine.js';
import { readCloudTrailLine } from './cloudTrailLine.js';
import { readCloudWatchMetricLine } from './cloudWatchMetricLine.js';
import { readContainerInsightsLine } from './containerInsightsLine.js';
import { readKubeletLine } from './kubeletLine.js';
import { readLambdaReport } from './lambdaReport.js';
import { readOwnLine } from './ownLine.js';
import type { SourceLine, SourceReader } from './SourceLine.js';
import { readS3AccessLine } from './s3AccessLine.js';

const READERS: Readonly<Record<Source, SourceReader>> = {
  alb: readAlbLine,
  cloudfront: readCloudFrontLine,
  s3_access: readS3AccessLine,
  cloudtrail: readCloudTrailLine,
  cloudwatch_logs: readLogGroupLine,
  cloudwatch_metrics: readCloudWatchMetricLine,
  kubelet: readKubeletLine,
  logs: readOwnLine,
};

/** Reads an imported line by its source; undefined when it is no line of that source. Pure. */
export function readSourceLine(source: Source, text: string, file: string, seenAt: number): SourceLine | undefined {
  return READERS[source](text, file, seenAt);
}

/** A line of a log group, `file` being `group:stream`: what it is depends on the group. */
function readLogGroupLine(text: string, file: string, seenAt: number): SourceLine {
  const group = file.split(':')[0] ?? '';
  const functionName = /^\/aws\/lambda\/(.+)$/.exec(group)?.[1] ?? '';
  const resources = [
    { kind: 'log_groups', name: group },
    { kind: 'functions', name: functionName },
  ] as const;
  if (functionName !== '') {
    const report = readLambdaReport(text, functionName);
    if (report !== undefined) return { ...report, resources: [...report.resources, ...resources] };
  }
  if (/^\/aws\/containerinsights\/.+\/performance$/.test(group)) {
    const event = readContainerInsightsLine(text, file, seenAt);
    if (event !== undefined) return event;
  }
  return { parsed: parseText(text, seenAt), resources, usage: [], problems: [] };
}
