import { createHash } from 'node:crypto';
import { isObject, jsonObject } from '../jsonObject.js';
import { PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { ONE } from './quantities.js';
import type { SourceLine, SourceReader, SourceUsage } from './SourceLine.js';

/** Cognito calls that end a sign-in when they succeed; challenges on the way to one answer without tokens. */
const SIGN_INS = new Set([
  'InitiateAuth',
  'AdminInitiateAuth',
  'RespondToAuthChallenge',
  'AdminRespondToAuthChallenge',
]);

/**
 * One CloudTrail event. Successful Cognito sign-ins by the API are metered: the tenant is sought by user pool. The user is
 * known only by a hash of pool and `sub` (CloudTrail hides the name); without `sub` there is a sign-in and no user. Those
 * by hosted pages are kept uncounted: what their events carry is not confirmed.
 */
export const readCloudTrailLine: SourceReader = (text) => {
  const event = jsonObject(text);
  return event === undefined ? undefined : readCloudTrailEvent(event);
};

/** A CloudTrail event that is read already; undefined when it is none. */
export function readCloudTrailEvent(event: Readonly<Record<string, unknown>>): SourceLine | undefined {
  const { eventName, eventSource, eventTime, errorCode, awsRegion, sourceIPAddress } = event;
  const at = typeof eventTime === 'string' ? parseIsoTime(eventTime) : undefined;
  if (at === undefined || typeof eventName !== 'string' || typeof eventSource !== 'string') return undefined;
  const additional = isObject(event.additionalEventData) ? event.additionalEventData : {};
  const parameters = isObject(event.requestParameters) ? event.requestParameters : {};
  const identity = isObject(event.userIdentity) ? event.userIdentity : {};
  const response = isObject(event.responseElements) ? event.responseElements : {};
  const pool = textOf(additional.userPoolId) || textOf(parameters.userPoolId);
  const subject = textOf(additional.sub);
  const ended = SIGN_INS.has(eventName) && isObject(response.authenticationResult);
  const signIn = eventSource === 'cognito-idp.amazonaws.com' && errorCode === undefined && ended;
  const entry = { service: 'Cognito', resource: pool, operation: eventName, quantity: ONE };
  const usage: SourceUsage[] = signIn ? [{ ...entry, meter: 'sign_ins' }] : [];
  if (signIn && subject !== '') {
    const member = createHash('sha256').update(`${pool} ${subject}`).digest('hex').slice(0, 32);
    usage.push({ ...entry, meter: 'monthly_active_users', series: member });
  }
  return {
    parsed: {
      ...PLAIN,
      format: 'cloudtrail',
      body: `${eventSource} ${eventName}`,
      time: at,
      timeText: textOf(eventTime),
      eventName: `cloudtrail.${eventName}`,
      serviceName: eventSource,
      errorType: textOf(errorCode) || null,
      rest: Object.fromEntries(
        Object.entries({
          'cloud.region': textOf(awsRegion),
          'cloud.account.id': textOf(event.recipientAccountId),
          'client.address': textOf(sourceIPAddress),
          'enduser.id': textOf(identity.arn),
          'user_agent.original': textOf(event.userAgent),
          'exception.message': textOf(event.errorMessage),
          'aws.request_id': textOf(event.requestID),
          'aws.cloudtrail.event_id': textOf(event.eventID),
          'aws.cognito.user_pool_id': pool,
        }).filter(([, value]) => value !== ''),
      ),
    },
    resources: [
      { kind: 'user_pools', name: pool },
      { kind: 'tables', name: textOf(parameters.tableName) },
      { kind: 'bucket_prefixes', name: bucketPath(parameters) },
      { kind: 'functions', name: textOf(parameters.functionName).split(':').at(-1) ?? '' },
    ],
    usage,
    problems: [],
  };
}

function bucketPath(parameters: Readonly<Record<string, unknown>>): string {
  const bucket = textOf(parameters.bucketName);
  const key = textOf(parameters.key);
  return bucket === '' || key === '' ? bucket : `${bucket}/${key}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
