import type { CallUsage } from '../MeteredCall.js';
import { bytesOf, type ServiceReader, textOf } from './ServiceReader.js';

/** Lambda: requests, and payload bytes both ways, per function. What an invocation cost is in the function's own REPORT line. */
export const lambdaReader: ServiceReader = {
  service: 'Lambda',
  read: (operation, input, output) => {
    const usage: Record<string, string | number> = { resource: functionOf(textOf(input.FunctionName)), requests: 1 };
    if (output !== undefined && operation === 'Invoke') {
      usage.bytes_in = bytesOf(input.Payload);
      usage.bytes_out = bytesOf(output.Payload);
    }
    return [usage as CallUsage];
  },
};

/** `name`, `name:alias`, `account:function:name` or an ARN, without account and alias. */
function functionOf(name: string): string {
  return /function:([^:]+)/.exec(name)?.[1] ?? name.split(':')[0] ?? name;
}
