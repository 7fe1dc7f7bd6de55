import type { Micros } from '../../model/index.js';
import { hostOf } from '../hostOf.js';
import { httpStatus } from '../httpStatus.js';
import { PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { present } from '../present.js';
import { splitTarget } from '../requestTarget.js';
import { ONE, quantityOf } from './quantities.js';
import type { SourceLine, SourceReader, SourceUsage } from './SourceLine.js';
import { splitFields } from './splitFields.js';

/** Up to the trace's id, where lines of before May 2018 end. */
const LEAST_FIELDS = 18;

/**
 * An ALB access-log line (AWS documentation, archived 2023; further trailing fields are tolerated). The tenant is sought
 * by the request's host, then its path, then the load balancer. A request that reached no target has no target seconds.
 */
export const readAlbLine: SourceReader = (text) => {
  const fields = splitFields(text);
  const [type, time = '', elb = '', client = '', target, , targetTime, , status, targetStatus, received, sent] = fields;
  const [request = '', agent = '', , , group = '', trace = '', domain = ''] = fields.slice(12);
  const at = parseIsoTime(time);
  if (fields.length < LEAST_FIELDS || at === undefined || !/^(https?|h2|grpcs|wss?)$/.test(type ?? ''))
    return undefined;
  const [method = '', url = ''] = request.split(' ');
  const { host, path } = splitTarget(url);
  const bytesIn = quantityOf(received);
  const bytesOut = quantityOf(sent);
  const usage = (meter: string, quantity: Micros): SourceUsage => ({
    service: 'ALB',
    resource: elb,
    operation: method === '-' ? '' : method,
    meter,
    quantity,
  });
  const seconds = quantityOf(targetTime);
  return {
    parsed: {
      ...PLAIN,
      format: 'alb',
      body: text,
      time: at,
      timeText: time,
      serviceName: elb,
      method: method === '-' || method === '' ? null : method,
      path: path === '' ? null : path,
      status: httpStatus(status) ?? httpStatus(targetStatus),
      durationMs: seconds === undefined ? null : Number(seconds) / 1000,
      rest: present({
        'client.address': hostOf(client.replace(/:\d+$/, '')),
        'server.address': host,
        'user_agent.original': agent,
        'aws.alb.target': target,
        'aws.alb.target_group_arn': group,
        'aws.alb.trace_id': trace,
      }),
    },
    resources: [
      { kind: 'hosts', name: host !== '' ? host : domain === '-' ? '' : domain },
      { kind: 'paths', name: path },
      { kind: 'load_balancers', name: elb },
    ],
    usage: [
      usage('requests', ONE),
      ...(bytesIn === undefined ? [] : [usage('bytes_in', bytesIn)]),
      ...(bytesOut === undefined ? [] : [usage('bytes_out', bytesOut)]),
      ...(seconds === undefined ? [] : [usage('target_seconds', seconds)]),
    ],
    problems: bytesIn === undefined || bytesOut === undefined ? ['usage_invalid_quantity'] : [],
  } satisfies SourceLine;
};
