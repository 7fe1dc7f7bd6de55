import type { Micros } from '../../model/index.js';
import { httpStatus } from '../httpStatus.js';
import { jsonObject } from '../jsonObject.js';
import { PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { present } from '../present.js';
import { ONE, quantityOf } from './quantities.js';
import type { SourceLine, SourceReader, SourceUsage } from './SourceLine.js';

/**
 * A CloudFront standard-log record, as JSON under the field names CloudFront uses, which the importer makes of every
 * format (W3C, JSON, Parquet). The tenant is sought by the viewer's host, the path, the distribution's own host.
 */
export const readCloudFrontLine: SourceReader = (text) => {
  const raw = jsonObject(text);
  return raw === undefined ? undefined : readCloudFrontRecord(raw, text);
};

/** A record by the field names CloudFront uses; `text` is the line it was. */
export function readCloudFrontRecord(raw: Readonly<Record<string, unknown>>, text: string): SourceLine | undefined {
  const record = new Map(Object.entries(raw).map(([key, value]) => [foldField(key), String(value ?? '-')]));
  const get = (name: string): string => record.get(name) ?? '-';
  const epoch = Number(get('timestamp_ms') === '-' ? Number(get('timestamp')) * 1000 : get('timestamp_ms'));
  const at = parseIsoTime(`${get('date')}T${get('time')}Z`) ?? (Number.isFinite(epoch) ? epoch : undefined);
  const path = get('cs_uri_stem');
  if (at === undefined || path === '-') return undefined;
  const distribution = get('distributionid') === '-' ? get('cs_host') : get('distributionid');
  const usage = (meter: string, quantity: Micros): SourceUsage => ({
    service: 'CloudFront',
    resource: distribution === '-' ? '' : distribution,
    operation: get('cs_method') === '-' ? '' : get('cs_method'),
    meter,
    quantity,
  });
  const bytesOut = quantityOf(get('sc_bytes'));
  const bytesIn = quantityOf(get('cs_bytes'));
  const taken = Number(get('time_taken'));
  return {
    parsed: {
      ...PLAIN,
      format: 'cloudfront',
      body: text,
      time: at,
      timeText: `${get('date')}T${get('time')}Z`,
      method: get('cs_method') === '-' ? null : get('cs_method'),
      path,
      status: httpStatus(get('sc_status')),
      durationMs: Number.isFinite(taken) ? Math.round(taken * 1e6) / 1e3 : null,
      rest: present({
        'client.address': get('c_ip'),
        'server.address': get('x_host_header'),
        'user_agent.original': get('cs_user_agent'),
        'http.request.header.referer': get('cs_referer'),
        'aws.cloudfront.edge_location': get('x_edge_location'),
        'aws.cloudfront.result_type': get('x_edge_result_type'),
        'aws.request_id': get('x_edge_request_id'),
      }),
    },
    resources: [
      { kind: 'hosts', name: get('x_host_header') === '-' ? '' : get('x_host_header') },
      { kind: 'paths', name: path },
      { kind: 'hosts', name: get('cs_host') === '-' ? '' : get('cs_host') },
    ],
    usage: [
      usage('requests', ONE),
      ...(bytesOut === undefined ? [] : [usage('bytes_out', bytesOut)]),
      ...(bytesIn === undefined ? [] : [usage('bytes_in', bytesIn)]),
    ],
    problems: bytesOut === undefined ? ['usage_invalid_quantity'] : [],
  };
}

/** `cs(User-Agent)`, `cs-uri-stem` and the Parquet form `cs_uri_stem` as one name. */
function foldField(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}
