import { ENVELOPE_SCHEMA, type Envelope, isoInstant, RESERVED_TENANTS } from '../../model/index.js';

/** One numbered line of a canary run. */
export interface CanaryLine {
  readonly number: number;
  /** The envelope as JSON, without line end. */
  readonly envelope: string;
}

/**
 * Line `number` of a run, stamped with the time it is written at. Its position is its number, so that a line delivered
 * twice is one line twice, and a line that is missing can be named.
 */
export function canaryLine(run: string, number: number, writtenAt: number): CanaryLine {
  const envelope: Envelope = {
    schema: ENVELOPE_SCHEMA,
    tenant_id: RESERVED_TENANTS.canary,
    pod: 'tenantscope-canary',
    pod_uid: run,
    container: 'canary',
    file: `canary:${run}`,
    offset: number,
    time: isoInstant(writtenAt),
    log: JSON.stringify({
      'event.name': 'tenantscope.canary',
      canary_run: run,
      canary_number: number,
      written_at: writtenAt,
    }),
  };
  return { number, envelope: JSON.stringify(envelope) };
}
