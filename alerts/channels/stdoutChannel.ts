import { stdoutLine } from '../messages/stdoutLine.js';
import type { Channel } from './Channel.js';

/** One line a message to standard output, which a Lambda's log group keeps. */
export function stdoutChannel(name: string, format: 'json' | 'text', write: (line: string) => void): Channel {
  return {
    name,
    async send(message) {
      write(`${stdoutLine(message, format)}\n`);
      return { kind: 'sent', receipt: 'written' };
    },
  };
}
