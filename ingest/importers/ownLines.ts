import { createHash } from 'node:crypto';
import { readSourceLine } from '../../transforms/index.js';
import { linesOf } from './content.js';
import type { ContentReader } from './ImportedLine.js';
import { OwnClock } from './OwnClock.js';

/**
 * Lines of log files that are still written to, or were rotated under other names since. So a line is known by its text, its
 * place, and the file's first line: a file that has grown has its old lines under their old identities. Their own time says
 * in which hour they are looked for; a line without one is found again only in the very same content.
 */
export const readOwnLines: ContentReader = async function* (content, { onSkipped, zoneMinutes }) {
  const clock = new OwnClock(zoneMinutes);
  let first: string | undefined;
  for await (const { text, number } of linesOf(content)) {
    if (text.trim() === '') {
      onSkipped();
      continue;
    }
    first ??= text;
    const uid = createHash('sha256').update(`${first.length}:${first}${number}:${text}`).digest('hex').slice(0, 32);
    const read = readSourceLine('logs', text, content.name, 0);
    const time = clock.timeOf(read, text, `${content.name}:${number}`);
    yield {
      ...{ text, file: content.name, uid },
      ...(time === undefined ? {} : { time: new Date(time).toISOString() }),
      ...(read === undefined ? {} : { read }),
    };
  }
};
