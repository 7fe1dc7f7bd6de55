import type { ParsedText } from '../ParsedText.js';
import { readAlbLine } from '../sources/albLine.js';
import { readCloudFrontRecord } from '../sources/cloudFrontLine.js';
import { readCloudFrontW3c } from '../sources/cloudFrontW3c.js';
import { readCloudTrailEvent } from '../sources/cloudTrailLine.js';
import { readLambdaReport } from '../sources/lambdaReport.js';
import { readS3AccessLine } from '../sources/s3AccessLine.js';
import { parseLambdaEvent, parseLambdaPlatform } from './lambdaPlatform.js';

/** A line of AWS's own formats in a pod's output, told by how it begins, so that no other line pays for the reading of its fields. */
export function parseAwsLine(text: string): ParsedText | undefined {
  if (/^(?:https?|h2|grpcs|wss?) \d{4}-/.test(text)) return readAlbLine(text, '', 0)?.parsed;
  if (/^[0-9a-f]{64} \S{3,63} \[/.test(text)) return readS3AccessLine(text, '', 0)?.parsed;
  if (/^\d{4}-\d\d-\d\d\t/.test(text)) return readCloudFrontW3c(text)?.parsed;
  if (text.startsWith('REPORT RequestId: ')) return readLambdaReport(text, '')?.parsed;
  return parseLambdaPlatform(text);
}

/**
 * A JSON object of AWS's own: a CloudTrail event, a CloudFront record, an event of Lambda. Unlike an imported CloudTrail event it
 * keeps its whole text: what a pod prints is not the pipeline's to leave out.
 */
export function parseAwsJson(app: Readonly<Record<string, unknown>>, text: string): ParsedText | undefined {
  if (typeof app.eventVersion === 'string') {
    const event = readCloudTrailEvent(app)?.parsed;
    return event === undefined ? undefined : { ...event, body: text };
  }
  if (typeof app['x-edge-location'] === 'string') return readCloudFrontRecord(app, text)?.parsed;
  if (app.type === 'platform.report') return readLambdaReport(text, '')?.parsed;
  return parseLambdaEvent(app, text);
}
