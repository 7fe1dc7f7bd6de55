import { httpCall, ingressUsage, timeLocal, wholeSecond } from './httpCall.js';
import type { PrintedLine } from './PrintedLine.js';
import type { Prng } from './Prng.js';

/** An nginx access line in the `combined` format. */
export function ingressLine(prng: Prng, time: number, size: number): PrintedLine {
  const call = httpCall(prng, size);
  const log =
    `${call.client} - - [${timeLocal(time)}] "${call.method} ${call.target} HTTP/1.1" ` +
    `${call.status} ${call.bytes} "-" "${call.agent}"`;
  return { container: 'ingress', log, format: 'nginx', statedTime: wholeSecond(time), usage: ingressUsage(call) };
}
