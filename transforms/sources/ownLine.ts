import { valueAt } from '../meterCustom.js';
import type { ParsedText } from '../ParsedText.js';
import { parseText } from '../parseText.js';
import type { SourceReader } from './SourceLine.js';

/**
 * A line of a log file that no agent read: whatever the formats know, metered as if a pod had printed it. The tenant is sought
 * by the request's host, then its path, the table it used, and the namespace a collector wrote beside it; where no rule
 * knows these, the line may name it.
 */
export const readOwnLine: SourceReader = (text, _file, seenAt) => {
  const parsed = parseText(text, seenAt);
  const host = parsed.rest['server.address'];
  return {
    // Nobody read the file it was copied from, so it is metered here.
    parsed: { ...parsed, copied: null },
    resources: [
      { kind: 'hosts', name: typeof host === 'string' ? host : '' },
      { kind: 'paths', name: parsed.path ?? '' },
      { kind: 'tables', name: textAt(parsed.app, 'ConsumedCapacity.TableName') },
      { kind: 'namespaces', name: textAt(parsed.app, 'kubernetes.namespace_name') },
    ],
    usage: [],
    problems: [],
  };
};

function textAt(app: ParsedText['app'], path: string): string {
  const value = app === undefined ? undefined : valueAt(app, path);
  return typeof value === 'string' ? value : '';
}
