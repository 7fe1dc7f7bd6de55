import * as z from 'zod';
import { AppError } from '../../model/index.js';
import { parseJson } from './cloudTrailLines.js';
import { textOf } from './content.js';
import type { ContentReader } from './ImportedLine.js';
import { splitJson } from './splitJson.js';

const envelopeSchema = z.looseObject({
  messageType: z.enum(['DATA_MESSAGE', 'CONTROL_MESSAGE']),
  owner: z.string(),
  logGroup: z.string(),
  logStream: z.string(),
  logEvents: z.array(z.looseObject({ id: z.string(), timestamp: z.int(), message: z.string() })),
});

/**
 * Envelopes of a CloudWatch Logs subscription (AWS documentation), as they come through Firehose or Lambda: one after the
 * other, packed or not. Control messages carry no line. A log event's id is its own.
 */
export const readLogEnvelopes: ContentReader = async function* (content, { onSkipped }) {
  for (const { text, line } of splitJson(await textOf(content))) {
    const parsed = envelopeSchema.safeParse(parseJson(text));
    if (!parsed.success) {
      throw new AppError('INPUT_INVALID', 'not an envelope of a CloudWatch Logs subscription', {
        where: `${content.name}:${line}`,
        expected: '{"messageType", "owner", "logGroup", "logStream", "logEvents"}',
        got: JSON.stringify(text.slice(0, 60)),
      });
    }
    const { messageType, owner, logGroup, logStream, logEvents } = parsed.data;
    if (messageType === 'CONTROL_MESSAGE') {
      onSkipped();
      continue;
    }
    for (const event of logEvents) {
      yield {
        text: event.message.replace(/\n+$/, ''),
        file: `${logGroup}:${logStream}`,
        uid: `${owner}/${event.id}`,
        time: new Date(event.timestamp).toISOString(),
      };
    }
  }
};
