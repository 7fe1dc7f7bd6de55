import { songTitle } from '../textLine.js';
import { APP_CONTAINER, type FormatPrinter } from './FormatContext.js';

/** klog, as Kubernetes' own libraries print it: neither year nor zone. */
export const klogLine: FormatPrinter = (prng, { time }) => {
  const iso = new Date(time).toISOString();
  const stamp = `${iso.slice(5, 7)}${iso.slice(8, 10)} ${iso.slice(11, 23)}${String(prng.int(1000)).padStart(3, '0')}`;
  const log =
    `${prng.pick(['I', 'I', 'I', 'W', 'E'])}${stamp} ${String(1 + prng.int(99)).padStart(7)} controller.go:${1 + prng.int(400)}] ` +
    `"Synced playlist" key="music/${prng.int(100_000)}" err=${JSON.stringify(songTitle(prng))}`;
  return { container: APP_CONTAINER, log, format: 'klog', statedTime: time, usage: [] };
};

/** Syslog of RFC 5424: in UTC or another zone, or without a time, with structured data or without. */
export const syslogLine: FormatPrinter = (prng, { pod, time }) => {
  const stamp = prng.pick([
    new Date(time).toISOString(),
    `${new Date(time).toISOString().slice(0, 23)}${String(prng.int(1000)).padStart(3, '0')}+00:00`,
    `${new Date(time + 2 * 3_600_000).toISOString().slice(0, 23)}+02:00`,
    '-',
  ]);
  const data = prng.chance(0.5) ? `[song@32473 id="${prng.int(100_000)}" title="\\"${songTitle(prng)}\\" \\]"]` : '-';
  // Facility local0, severities err to debug.
  const log = `<${128 + 3 + prng.int(5)}>1 ${stamp} ${pod} catalog ${1 + prng.int(99)} PLAY ${data} played ${songTitle(prng)}`;
  return { container: APP_CONTAINER, log, format: 'syslog', statedTime: stamp === '-' ? null : time, usage: [] };
};
