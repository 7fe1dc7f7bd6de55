import { isObject } from '../jsonObject.js';
import type { ParsedText } from '../ParsedText.js';
import { fieldsOfRecord, fieldsOfText, type LambdaFields } from '../sources/lambdaFields.js';
import { lambdaParsed } from '../sources/lambdaParsed.js';

/** How Lambda's own lines begin in text logging, but for `REPORT`. */
const BEGINNING =
  /^(?:(START|END) RequestId: [0-9a-f]{8}-[0-9a-f-]{27}(?: |$)|(INIT|RESTORE)_(START) Runtime Version: |(INIT|RESTORE)_(REPORT) (?:Init|Restore) Duration: [\d.]+ ms|(EXTENSION|LOGS|TELEMETRY)\tName: )/;
const SUBSCRIPTIONS: Readonly<Record<string, string>> = {
  logs: 'logs_subscription',
  telemetry: 'telemetry_subscription',
};

/** A line Lambda prints about an instance or the begin and end of an invocation (`START`, `INIT_REPORT` …), in text logging. */
export function parseLambdaPlatform(text: string): ParsedText | undefined {
  const match = BEGINNING.exec(text);
  if (match === null) return undefined;
  const words = match.slice(1).filter((word) => word !== undefined);
  const event = words.join('_').toLowerCase();
  return lambdaParsed(
    'lambda_platform',
    SUBSCRIPTIONS[event] ?? event,
    ownDuration(event, fieldsOfText(text)),
    text,
    null,
  );
}

/** What a report of an init or restore measures is its own duration, as in JSON logging. */
function ownDuration(event: string, fields: LambdaFields): LambdaFields {
  const { init_duration_ms: init, restore_duration_ms: restore, ...others } = fields;
  const duration = init ?? restore;
  return !event.endsWith('_report') || duration === undefined ? fields : { ...others, duration_ms: duration };
}

/** An event of JSON logging (`{"time", "type": "platform.start", "record"}`) other than `platform.report`. */
export function parseLambdaEvent(app: Readonly<Record<string, unknown>>, text: string): ParsedText | undefined {
  const { type, record, time } = app;
  if (typeof type !== 'string' || !type.startsWith('platform.') || !isObject(record)) return undefined;
  const event = type.slice('platform.'.length).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (!/^[a-z_]{1,64}$/.test(event)) return undefined;
  return lambdaParsed('lambda_platform', event, fieldsOfRecord(record), text, typeof time === 'string' ? time : null);
}
