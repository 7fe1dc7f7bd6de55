import { PassThrough, type Readable, type Writable } from 'node:stream';
import type { CliContext } from '../../cli/CliContext.js';

/** What a command touches of the outside, and what it wrote. */
export interface FakeContext extends CliContext {
  /** All that was written to stdout and stderr so far. */
  written(): { readonly stdout: string; readonly stderr: string };
  readonly controller: AbortController;
  /** Moves the clock on. */
  wait(ms: number): void;
}

/** A context without a terminal, unless told; `typed` is what somebody answers. */
export function fakeContext(
  options: { readonly env?: Record<string, string>; readonly terminal?: boolean; readonly typed?: string } = {},
): FakeContext {
  const controller = new AbortController();
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const texts = { stdout: '', stderr: '' };
  stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
  stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  if (options.typed !== undefined) stdin.write(options.typed);
  const isTTY = options.terminal === true;
  let now = 0;
  return {
    stdin: Object.assign(stdin as Readable, { isTTY }),
    stdout: Object.assign(stdout as Writable, { isTTY }),
    stderr: Object.assign(stderr as Writable, { isTTY }),
    env: options.env ?? {},
    clock: () => now,
    signal: controller.signal,
    controller,
    written: () => ({ ...texts }),
    wait: (ms) => {
      now += ms;
    },
  };
}
