import type { Micros } from '../../model/index.js';
import { httpStatus } from '../httpStatus.js';
import { PLAIN } from '../ParsedText.js';
import { parseNginxTime } from '../parseTime.js';
import { present } from '../present.js';
import { ONE, quantityOf } from './quantities.js';
import type { SourceReader, SourceUsage } from './SourceLine.js';
import { splitFields } from './splitFields.js';

const TIER1 = /\.(PUT|COPY|POST|LIST|RESTORE)\b|^REST\.GET\.BUCKET/i;
const FREE = /\.DELETE\b|^S3\.EXPIRE/i;
/** Lifecycle and other work S3 does by itself: logged, and no request of anyone. */
const BY_S3 = /^S3\./;

/**
 * An S3 server access-log line. The tenant is sought by `bucket/key`. Counted as bytes sent are those S3 logged; for
 * uploads the object's size is what came in. Logs are best-effort and hours late.
 */
export const readS3AccessLine: SourceReader = (text) => {
  const fields = splitFields(text);
  const [, bucket = '', time = '', client, requester, requestId, operation = '', rawKey = ''] = fields;
  const [request = '', status, error, sent, size, total, , referrer, agent] = fields.slice(8);
  const at = parseNginxTime(time);
  if (fields.length < 17 || at === undefined || !/^[A-Z]/.test(operation)) return undefined;
  const key = decodeKey(rawKey);
  const code = httpStatus(status);
  const usage = (meter: string, quantity: Micros): SourceUsage => ({
    service: 'S3',
    resource: bucket,
    operation,
    meter,
    quantity,
  });
  const bytesOut = sent === '-' ? undefined : quantityOf(sent);
  const upload = /\.PUT\.(OBJECT|PART)$/.test(operation) && code !== null && code < 300;
  const bytesIn = upload ? quantityOf(size) : undefined;
  const [method = '', target = ''] = request.split(' ');
  const requests = FREE.test(operation)
    ? 'delete_requests'
    : TIER1.test(operation)
      ? 'tier1_requests'
      : 'tier2_requests';
  return {
    parsed: {
      ...PLAIN,
      format: 's3_access',
      body: text,
      time: at,
      timeText: time,
      serviceName: bucket,
      method: /^[A-Z]+$/.test(method) ? method : null,
      path: target === '' || target === '-' ? null : (target.split('?')[0] ?? null),
      status: code,
      durationMs: total === undefined || total === '-' || Number.isNaN(Number(total)) ? null : Number(total),
      errorType: error === undefined || error === '-' ? null : error,
      rest: present({
        'client.address': client,
        'enduser.id': requester,
        'aws.request_id': requestId,
        'aws.s3.bucket': bucket,
        'aws.s3.key': key,
        'http.request.header.referer': referrer,
        'user_agent.original': agent,
      }),
    },
    resources: [{ kind: 'bucket_prefixes', name: key === '' || key === '-' ? bucket : `${bucket}/${key}` }],
    usage: BY_S3.test(operation)
      ? []
      : [
          usage(requests, ONE),
          ...(bytesOut === undefined ? [] : [usage('bytes_out', bytesOut)]),
          ...(bytesIn === undefined ? [] : [usage('bytes_in', bytesIn)]),
          ...(code === 503 ? [usage('throttled_requests', ONE)] : []),
        ],
    problems: [],
    counts: { S3: 'access_logs' },
  };
};

/** Keys are URL-encoded, twice according to AWS; one that is not valid stays as it is. */
function decodeKey(key: string): string {
  try {
    const once = decodeURIComponent(key);
    return /%[0-9A-Fa-f]{2}/.test(once) ? decodeURIComponent(once) : once;
  } catch {
    return key;
  }
}
