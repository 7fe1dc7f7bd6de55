#!/usr/bin/env node
import { AppError } from '../model/errors/index.js';
import { type CliContext, READER_GONE } from './CliContext.js';
import { runCli } from './runCli.js';

const controller = new AbortController();
process.on('SIGINT', () => {
  if (controller.signal.aborted) process.exit(130);
  process.stderr.write('\nstopping after this batch; press Ctrl-C again to stop at once\n');
  controller.abort(new AppError('INTERRUPTED', 'interrupted'));
});
process.on('SIGTERM', () => process.exit(143));
// A reader such as `head` that closes the pipe early is not an error: what runs for it ends, and cleans up.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  controller.abort(READER_GONE);
});
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const context: CliContext = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  clock: Date.now,
  signal: controller.signal,
};
process.exitCode = await runCli(process.argv.slice(2), context);
