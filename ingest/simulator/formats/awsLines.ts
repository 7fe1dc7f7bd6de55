import { httpCall } from '../httpCall.js';
import { APP_CONTAINER, EDGE_CONTAINER, type FormatPrinter } from './FormatContext.js';

const LOAD_BALANCING = 'arn:aws:elasticloadbalancing:us-east-1:123456789012';

/** A load balancer's line that a pod prints, such as a tool reading logs aloud: recognised, and nobody's usage. */
export const albLine: FormatPrinter = (prng, { time, size }) => {
  const call = httpCall(prng, size);
  const target = `10.0.${prng.int(4)}.${prng.int(250)}:8080`;
  const iso = new Date(time).toISOString();
  const log =
    `https ${iso.slice(0, 23)}${String(prng.int(1000)).padStart(3, '0')}Z app/music/${prng.hex(16)} ` +
    `${call.client}:${1024 + prng.int(60_000)} ${target} 0.001 0.0${10 + prng.int(90)} 0.000 ${call.status} ${call.status} ` +
    `${prng.int(900)} ${call.bytes} "${call.method} https://music.example:443${call.target} HTTP/2.0" "${call.agent}" ` +
    `TLS_AES_128_GCM_SHA256 TLSv1.3 ${LOAD_BALANCING}:targetgroup/catalog/${prng.hex(16)} "Root=1-${prng.hex(8)}-${prng.hex(24)}" ` +
    `"music.example" "arn:aws:acm:us-east-1:123456789012:certificate/simulated" 0 ${iso} "forward" "-" "-" "${target}" ` +
    `"${call.status}" "-" "-" TID_${prng.hex(32)}`;
  return { container: EDGE_CONTAINER, log, format: 'alb', statedTime: time, usage: [] };
};

/** A Lambda function's report that a pod prints, such as a local emulator of functions: recognised, and nobody's usage. */
export const lambdaReportLine: FormatPrinter = (prng) => {
  const billed = 1 + prng.int(900);
  const id = `${prng.hex(8)}-${prng.hex(4)}-4${prng.hex(3)}-8${prng.hex(3)}-${prng.hex(12)}`;
  const start = prng.chance(0.2) ? `Init Duration: ${100 + prng.int(400)}.${10 + prng.int(90)} ms\t` : '';
  const log =
    `REPORT RequestId: ${id}\tDuration: ${billed - 1}.${10 + prng.int(90)} ms\tBilled Duration: ${billed} ms\t` +
    `Memory Size: 512 MB\tMax Memory Used: ${60 + prng.int(400)} MB\t${start}`;
  return { container: APP_CONTAINER, log, format: 'lambda_report', statedTime: null, usage: [] };
};
