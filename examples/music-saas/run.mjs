// Runs the whole example: node examples/music-saas/run.mjs [--out music-saas]
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { recordStream } from './local/recordStream.mjs';
import { runAgent } from './local/runAgent.mjs';
import { finance, onCall, operator, pipeline, writeKeys } from './people.mjs';
import { runService } from './runService.mjs';

// Not what this example is about.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const END = Date.parse('2026-11-24T00:00:00Z');
const HOURS = 28;
const SEED = 1;
const START = END - HOURS * 3_600_000;
const TENANTS =
  'acme bluenote cadenza deepgroove encore fermata goldentone harmonia intermezzo jubilee kantele largo mezzo nocturne opus'.split(
    ' ',
  );

const { values } = parseArgs({ options: { out: { type: 'string', default: 'music-saas' } } });
const here = fileURLToPath(new URL('.', import.meta.url));
const out = resolve(values.out);
// Only what an earlier run made is removed: a folder given by mistake keeps everything else.
for (const made of ['alerts', 'billing', 'deploy', 'lake', 'logs', 'objects', 'streams'])
  rmSync(join(out, made), { recursive: true, force: true });
mkdirSync(join(out, 'logs'), { recursive: true });
copyFileSync(join(here, 'tenantscope.yaml'), join(out, 'tenantscope.yaml'));
writeKeys(out);

say(`1  the log agents: a sidecar for each of ${TENANTS.length} tenants, rendered into deploy/`);
const waiting = [...TENANTS];
const render = async () => {
  for (let tenant = waiting.shift(); tenant !== undefined; tenant = waiting.shift())
    await tenantscope(
      ['sidecar', 'render', '--tenant', tenant, '--stream', 'cell-1', '--out', `deploy/${tenant}`],
      false,
    );
};
await Promise.all([render(), render()]);

say(`2  the service under load: ${HOURS} hours of its users, on emulators of DynamoDB and S3`);
const { logs, platform } = await runService({
  tenants: TENANTS,
  start: START,
  hours: HOURS,
  seed: SEED,
  folder: join(out, 'objects'),
});
for (const [tenant, lines] of logs)
  writeFileSync(join(out, 'logs', `${tenant}.log`), lines.map(({ text }) => `${text}\n`).join(''));

say('3  from the pods to the streams');
const stamped = TENANTS.flatMap((tenant) => {
  const stamp = readFileSync(join(out, 'deploy', tenant, 'stamp.lua'), 'utf8');
  return runAgent({ stamp, tenant, lines: logs.get(tenant), start: START, end: END });
});
const streams = [
  { stream: 'cell-1', records: stamped },
  { stream: 'tenantscope-platform', records: platform },
];
for (const { stream, records } of streams) {
  const written = await recordStream({ folder: join(out, 'streams', stream), stream, records });
  say(`   ${written.records} records in ${stream}`);
}

const parts = [
  ['4  into the lake, the ledger, and a proof that nothing is missing', pipeline],
  ['5  the operator: who used how much', operator],
  ['6  on-call: the job finds the tenant, and says what to do', onCall],
  ['7  finance: the month so far, signed and checked', finance],
];
for (const [title, commands] of parts) {
  say(`\n${title}`);
  for (const command of commands) await tenantscope(command, true);
}
say(`\nEverything is in ${out}; go there and try: npx tenantscope report list`);

/** Runs one command in the output folder, as a person would; `shown`, with its output. Ends the run when it fails. */
async function tenantscope(command, shown) {
  if (shown)
    say(`\n$ tenantscope ${command.map((word) => (/^[\w./:=@-]+$/.test(word) ? word : `'${word}'`)).join(' ')}`);
  const built = resolve(here, '../../dist/cli/main.js');
  const [program, ...first] = existsSync(built) ? [process.execPath, built] : ['npx', '--no-install', 'tenantscope'];
  const child = spawn(program, [...first, ...command], { cwd: out, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = [];
  child.stdout.on('data', (chunk) => texts.push(chunk));
  child.stderr.on('data', (chunk) => texts.push(chunk));
  const code = await new Promise((done, fail) => child.on('error', fail).on('close', done));
  const text = Buffer.concat(texts).toString().trimEnd();
  if (shown || code !== 0) say(text);
  if (code !== 0) throw new Error(`tenantscope ${command.join(' ')} ended with ${code}`);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
