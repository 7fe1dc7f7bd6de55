import { type HttpCall, httpCall, ingressUsage, timeLocal, wholeSecond } from '../httpCall.js';
import type { PrintedFormat, PrintedLine } from '../PrintedLine.js';
import { EDGE_CONTAINER, type FormatPrinter } from './FormatContext.js';

/** Apache's `combined` form, or ingress-nginx's longer one: both are read as nginx's. */
export const combinedLine: FormatPrinter = (prng, { time, size }) => {
  const call = httpCall(prng, size);
  const referer = prng.chance(0.3) ? 'https://music.example/library' : '-';
  const combined = `${common(call, time, prng.chance(0.2) ? `listener-${prng.int(1000)}` : '-')} "${referer}" "${call.agent}"`;
  if (prng.chance(0.5)) return accessLine('nginx', combined, call, time);
  const seconds = `0.${String(prng.int(1000)).padStart(3, '0')}`;
  const upstream = `10.0.${prng.int(4)}.${prng.int(250)}:8080 ${call.bytes} ${seconds} ${call.status}`;
  const ingress = `${combined} ${200 + prng.int(900)} ${seconds} [music-catalog-api-80] [] ${upstream} ${prng.hex(32)}`;
  return accessLine('nginx', ingress, call, time);
};

/** Apache's `common` form. */
export const commonLine: FormatPrinter = (prng, { time, size }) => {
  const call = httpCall(prng, size);
  return accessLine('apache_common', common(call, time, '-'), call, time);
};

/** traefik's common log format, with its router, server and duration at the end. */
export const traefikLine: FormatPrinter = (prng, { time, size }) => {
  const call = httpCall(prng, size);
  const tail = `${1 + prng.int(100_000)} "catalog@kubernetes" "http://10.0.${prng.int(4)}.${prng.int(250)}:8080" ${prng.int(900)}ms`;
  return accessLine('traefik', `${common(call, time, '-')} "-" "${call.agent}" ${tail}`, call, time);
};

/** What NCSA's forms begin with; a response without a body has a dash, as Apache prints it. */
function common(call: HttpCall, time: number, user: string): string {
  const bytes = call.bytes === 0 ? '-' : String(call.bytes);
  return `${call.client} - ${user} [${timeLocal(time)}] "${call.method} ${call.target} HTTP/1.1" ${call.status} ${bytes}`;
}

function accessLine(format: PrintedFormat, log: string, call: HttpCall, time: number): PrintedLine {
  return { container: EDGE_CONTAINER, log, format, statedTime: wholeSecond(time), usage: ingressUsage(call) };
}
