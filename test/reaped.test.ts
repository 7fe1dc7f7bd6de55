import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { reaped } from './reaped.js';

/** Lives until it is killed, and takes no other signal for an order. */
const STUBBORN = `process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000); console.log(process.pid)`;

/** Resolves when no process has the id. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a child of a test that waits for it in vain', () => {
  let child: ChildProcess | undefined;
  let ofShell = 0;

  it('runs while the test does', async () => {
    child = reaped(spawn(process.execPath, ['-e', STUBBORN], { stdio: ['ignore', 'pipe', 'ignore'] }));
    const shell = reaped(
      spawn('bash', ['-c', '"$0" -e "$1" | cat', process.execPath, STUBBORN], {
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      }),
      'group',
    );
    await once(child.stdout ?? child, 'data');
    const [said] = await once(shell.stdout, 'data');
    ofShell = Number(said);
    expect(child.exitCode).toBe(null);
    expect(() => process.kill(ofShell, 0)).not.toThrow();
  });

  it('is killed with the test, and so are the children of a shell', async () => {
    await gone(child?.pid ?? 0);
    await gone(ofShell);
    expect(child?.signalCode).toBe('SIGKILL');
  });
});
