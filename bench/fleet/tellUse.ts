// Loaded before the command (node --import): says at its end what it took.
import { writeFileSync } from 'node:fs';

const to = process.env.BENCH_USE;
process.on('exit', () => {
  if (to === undefined) return;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const use = { wall_ms: performance.now(), cpu_ms: (userCPUTime + systemCPUTime) / 1000, peak_mb: maxRSS / 1024 };
  writeFileSync(to, JSON.stringify(use));
});
