import { loadStamp } from './luaStamp.mjs';

const MINUTE_MS = 60_000;
/** Milliseconds from a line to the stream: Fluent Bit flushes every second. */
const FLUSH_MS = 1000;
/** Agents are heard a little longer than users are: only then is the last hour known to be whole. */
const HEARD_AFTER_MS = 2 * MINUTE_MS;

/**
 * Stands in for a pod's Fluent Bit, which is no npm package: reads the pod's log, runs the rendered stamp.lua on every line
 * and on a heartbeat a minute, and answers what would go to the stream, with its time of arrival. `lines` are the log's, each
 * with the time (epoch milliseconds) at which it was written.
 */
export function runAgent({ stamp: script, tenant, lines, start, end }) {
  const env = {
    POD_NAME: 'api-1',
    POD_UID: `uid-api-${tenant}`,
    POD_NAMESPACE: `tenant-${tenant}`,
    NODE_NAME: 'node-1',
  };
  const stamp = loadStamp(script, env, start / 1000);
  const records = [];
  const send = (ms, record) => {
    if (record !== undefined) records.push({ arrival: ms + FLUSH_MS, record });
  };
  let offset = 0;
  let next = 0;
  for (let minute = start; minute <= end + HEARD_AFTER_MS; minute += MINUTE_MS) {
    for (; next < lines.length && lines[next].time < minute; next += 1) {
      const { time, text } = lines[next];
      send(time, stamp('app', time, { log: text, file: '/var/log/tenantscope/app.log', offset }));
      offset += Buffer.byteLength(text) + 1;
    }
    send(minute, stamp('tenantscope.heartbeat', minute, {}));
  }
  return records;
}
