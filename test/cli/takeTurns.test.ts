import { expect, it } from 'vitest';
import { takeTurns } from '../../cli/takeTurns.js';

it('a signal is heard while something computes: Ctrl-C and SIGTERM waited for the end of detect', async () => {
  const heard: string[] = [];
  const controller = new AbortController();
  process.once('SIGUSR2', () => {
    heard.push('SIGUSR2');
    controller.abort(new Error('interrupted'));
  });
  const turn = takeTurns(controller.signal);
  process.kill(process.pid, 'SIGUSR2');
  const compute = async (): Promise<never> => {
    for (;;) {
      for (const until = performance.now() + 5; performance.now() < until; );
      await turn();
    }
  };
  await expect(compute()).rejects.toThrow('interrupted');
  expect(heard).toEqual(['SIGUSR2']);
});
