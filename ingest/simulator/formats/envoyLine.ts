import { httpCall, ingressUsage } from '../httpCall.js';
import { EDGE_CONTAINER, type FormatPrinter } from './FormatContext.js';

/** An Envoy access line: its default form, or what Istio adds to it. */
export const envoyLine: FormatPrinter = (prng, { time, size }) => {
  const call = httpCall(prng, size);
  const upstream = `10.0.${prng.int(4)}.${prng.int(250)}:8080`;
  const took = 1 + prng.int(400);
  const istio = prng.chance(0.5);
  const details = istio ? ' via_upstream - "-"' : '';
  const route = istio ? ` inbound|8080|| 127.0.0.6:41${prng.int(1000)} ${upstream} ${call.client}:0 - default` : '';
  const log =
    `[${new Date(time).toISOString()}] "${call.method} ${call.target} HTTP/1.1" ${call.status} -${details} ` +
    `${prng.int(500)} ${call.bytes} ${took} ${took - 1} "${call.client}" "${call.agent}" ` +
    `"${prng.hex(8)}-${prng.hex(4)}-4${prng.hex(3)}-9${prng.hex(3)}-${prng.hex(12)}" "music.example" "${upstream}"${route}`;
  return { container: EDGE_CONTAINER, log, format: 'envoy', statedTime: time, usage: ingressUsage(call) };
};
