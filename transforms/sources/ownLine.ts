import { parseText } from '../parseText.js';
import type { SourceReader } from './SourceLine.js';

/**
 * A line of a log file that no agent read: whatever the formats know, metered as if a pod had printed it. The tenant is sought
 * by the request's host, then its path; where no rule knows these, a JSON line may name it.
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
    ],
    usage: [],
    problems: [],
  };
};
