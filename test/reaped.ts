import type { ChildProcess } from 'node:child_process';
import { onTestFinished, TestRunner } from 'vitest';

const running = new Set<() => void>();

/**
 * A child that outlives neither the test that started it, nor its file, nor the runner, however they end: what a test waits for when it
 * times out would run on, and once filled a disk. Give every child to it that a test starts.
 *
 * @param whose `group` for a shell whose own children are to end with it; spawn it `detached`
 */
export function reaped<T extends ChildProcess>(child: T, whose: 'child' | 'group' = 'child'): T {
  const kill = (): void => {
    if (whose === 'child') child.kill('SIGKILL');
    else if (child.pid !== undefined) killGroup(child.pid);
  };
  if (running.size === 0) watch();
  running.add(kill);
  child.once('close', () => running.delete(kill));
  // A child of beforeAll is no single test's.
  if (TestRunner.getCurrentTest() !== undefined) onTestFinished(kill);
  return child;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

let watching = false;

function watch(): void {
  if (watching) return;
  watching = true;
  const reap = (): void => {
    for (const kill of running) kill();
  };
  process.once('exit', reap);
  // The runner killed, or gone.
  process.once('disconnect', reap);
  // How the runner ends a worker, which runs no handler of `exit`.
  process.once('SIGTERM', () => {
    reap();
    process.kill(process.pid, 'SIGTERM');
  });
}
