import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Bench } from 'tinybench';

/**
 * `npm run bench:start`: how long the command takes to answer what needs no verb, against Node that does nothing, and against a
 * verb with all it loads. Interleaved, medians of 15 after one warm-up.
 */
const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
/** The goal for `--help`, in milliseconds. */
const GOAL_MS = 150;

const bench = new Bench({ iterations: 15, time: 0, warmupIterations: 1, warmupTime: 0, name: 'start' });
const run = (...args: readonly string[]): void => {
  execFileSync(process.execPath, [...args], { stdio: 'ignore' });
};
bench.add('node, nothing', () => run('-e', '0'));
bench.add('--help', () => run(MAIN, '--help'));
bench.add('--version', () => run(MAIN, '--version'));
bench.add('report run --help', () => run(MAIN, 'report', 'run', '--help'));
await bench.run();

const medians = bench.tasks.map(({ name, result }) => ({
  task: name,
  median_ms: 'latency' in result ? Math.round(result.latency.p50) : Number.NaN,
  least_ms: 'latency' in result ? Math.round(result.latency.min) : Number.NaN,
  most_ms: 'latency' in result ? Math.round(result.latency.max) : Number.NaN,
}));
console.table(medians);
// The round that was disturbed least: on a machine that others use, the median says how busy they are.
const least = (task: string): number => medians.find((one) => one.task === task)?.least_ms ?? Number.NaN;
const help = least('--help');
console.log(
  `--help: ${help} ms at best, ${help - least('node, nothing')} more than Node itself; goal ${GOAL_MS} ms: ${help <= GOAL_MS ? 'met' : 'missed'}`,
);
