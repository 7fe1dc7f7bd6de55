import { BUILTIN_REDACTIONS, type Registry, type TenantId } from '../../model/index.js';
import {
  compileRedaction,
  deaggregateKpl,
  decodeLines,
  decodeRecord,
  identify,
  readEnvelope,
} from '../../transforms/index.js';

import type { StreamRecord } from './followStream.js';

/** What of a stream is shown. */
export interface TapFilter {
  /** Only lines of this tenant, by the same judgement the transform makes. */
  readonly tenant?: string;
  readonly redact: boolean;
  readonly registry: Registry;
  readonly trust: 'namespace' | 'stamped';
  readonly onPlatformStream: boolean;
}

/** A line of the stream, with the tenant it will belong to. */
export interface TappedLine {
  /** ISO instant at which the stream received it. */
  readonly arrival: string;
  /** Undefined for what would be quarantined. */
  readonly tenant_id: TenantId | undefined;
  /** Why it would be quarantined. */
  readonly reason?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly text: string;
}

/** On a terminal everything goes that has a shape, whatever the lake keeps. */
const SHOWN = compileRedaction({ builtin: [...BUILTIN_REDACTIONS], custom: [] });

/**
 * The lines of one stream record that pass the filter: de-aggregated, unpacked, judged as the transform judges them. A
 * record's bytes are looked at only; nothing is sent or changed.
 */
export function* tapLines(record: StreamRecord, filter: TapFilter): Generator<TappedLine> {
  const arrival = new Date(record.arrival).toISOString();
  const show = (text: string): string => (filter.redact ? SHOWN.text(text, new Map()) : text);
  for (const data of deaggregateKpl(record.data)) {
    const decoded = decodeRecord(data);
    const lines = decoded.ok ? decodeLines(decoded.texts, decoded.header, decoded.bytes) : undefined;
    if (lines === undefined) {
      const reason = decoded.ok ? 'undecodable' : decoded.reason;
      if (filter.tenant === undefined) yield { arrival, tenant_id: undefined, reason, text: `(${data.length} bytes)` };
      continue;
    }
    // A line that is no object goes with the first that is, as in the transform.
    const first = lines.find(({ object }) => object !== undefined)?.object ?? {};
    for (const { object, text } of lines) {
      const { envelope } = readEnvelope(object ?? {});
      const verdict = identify(object === undefined ? readEnvelope(first).envelope : envelope, filter);
      const tenant = verdict.ok ? verdict.tenantId : undefined;
      if (filter.tenant !== undefined && tenant !== filter.tenant) continue;
      const { namespace, pod, container, log, app, heartbeat } = envelope;
      yield {
        arrival,
        tenant_id: tenant,
        ...(verdict.ok ? {} : { reason: verdict.reason }),
        ...(namespace === undefined ? {} : { namespace }),
        ...(pod === undefined ? {} : { pod }),
        ...(container === undefined ? {} : { container }),
        text: show(log ?? JSON.stringify(app ?? heartbeat) ?? text),
      };
    }
  }
}
