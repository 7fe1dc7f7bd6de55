import { createApi } from './app/createApi.mjs';
import { createWorker } from './app/createWorker.mjs';
import { BUCKET, createTables } from './app/tables.mjs';
import { planLoad } from './load.mjs';
import { startEmulators } from './local/emulators.mjs';
import { collectingStream } from './local/recordStream.mjs';

/**
 * Runs the service under its load: an API a tenant and one worker, over HTTP, against the emulators. The clock is the load's,
 * so that 28 hours take seconds and every run says the same. Answers each pod's log and what the worker sent to its stream.
 */
export async function runService({ tenants, start, hours, seed, folder }) {
  let now = start;
  const clock = () => now;
  const emulators = await startEmulators({ folder, bucket: BUCKET });
  const platform = collectingStream(clock);
  const jobs = [];
  const worker = createWorker({ dynamo: emulators.dynamo(), s3: emulators.s3(), stream: platform.client, clock });
  const pods = new Map();
  try {
    await createTables(emulators.dynamo(), tenants);
    for (const tenant of tenants) {
      const lines = [];
      const log = (text) => lines.push({ time: now, text });
      const api = {
        tenant,
        dynamo: emulators.dynamo(),
        s3: emulators.s3(),
        log,
        enqueue: (job) => jobs.push(job),
        clock,
      };
      const server = createApi(api);
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      pods.set(tenant, { lines, server, url: `http://127.0.0.1:${server.address().port}` });
    }
    let failed = 0;
    for (const { time, tenant, method, path, body } of planLoad({ tenants, start, hours, seed })) {
      now = time;
      const response = await fetch(pods.get(tenant).url + path, { method, ...(body === undefined ? {} : { body }) });
      if (!response.ok) failed += 1;
      await response.arrayBuffer();
      while (jobs.length > 0) await worker.handle(jobs.shift());
      await worker.flush();
    }
    if (failed > 0) throw new Error(`${failed} requests failed: look for "level":"error" in the logs`);
    return { logs: new Map([...pods].map(([tenant, { lines }]) => [tenant, lines])), platform: platform.records };
  } finally {
    await worker.close();
    for (const { server } of pods.values()) server.closeAllConnections();
    await Promise.all([...pods.values()].map(({ server }) => new Promise((resolve) => server.close(resolve))));
    await emulators.stop();
  }
}
