import { ENVELOPE_SCHEMA } from '../../model/index.js';
import type { PrintedLine } from './PrintedLine.js';
import type { Prng } from './Prng.js';

/**
 * One pod and the sidecar beside it: wraps each line its containers print in the envelope, with the byte offset it has
 * in the container's log file, so that no two lines have the same position.
 */
export class PodSource {
  readonly tenant: string;
  readonly pod: string;
  readonly #tails = new Map<string, { readonly head: string; offset: number }>();
  readonly #stamp: string;
  readonly #place: string;

  constructor(prng: Prng, owner: { readonly tenant: string; readonly namespace: string; readonly workload: string }) {
    this.tenant = owner.tenant;
    this.pod = `${owner.workload}-${prng.hex(9)}-${prng.hex(5)}`;
    const uid = `${prng.hex(8)}-${prng.hex(4)}-4${prng.hex(3)}-a${prng.hex(3)}-${prng.hex(12)}`;
    this.#stamp =
      `,"schema":"${ENVELOPE_SCHEMA}","tenant_id":"${owner.tenant}","namespace":"${owner.namespace}",` +
      `"pod":"${this.pod}","pod_uid":"${uid}","container":"`;
    this.#place = `","node":"ip-10-0-${prng.int(4)}-${prng.int(250)}.ec2.internal","cluster":"music-prod","file":"/var/log/app/`;
  }

  /**
   * The record of a line: one compact JSON object and one newline, as Fluent Bit writes it with `escape_unicode: off`.
   * `extra` is raw JSON put after the stamp, for hostile envelopes. `logBytes` is the text's length in UTF-8.
   */
  wrap(line: PrintedLine, stampedAt: number, nanoseconds: number, logBytes: number, extra = ''): string {
    let tail = this.#tails.get(line.container);
    if (tail === undefined) {
      tail = { head: `${this.#stamp}${line.container}${this.#place}${line.container}.log","offset":`, offset: 0 };
      this.#tails.set(line.container, tail);
    }
    const offset = tail.offset;
    tail.offset += logBytes + 1;
    const iso = new Date(stampedAt).toISOString().slice(0, 23);
    const time = `${iso}${String(nanoseconds).padStart(6, '0')}Z`;
    return `{"time":"${time}","stream":"stdout","log":${JSON.stringify(line.log)}${tail.head}${offset}${extra}}\n`;
  }
}
