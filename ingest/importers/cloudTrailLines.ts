import * as z from 'zod';
import { AppError } from '../../model/index.js';
import { textOf } from './content.js';
import type { ContentReader } from './ImportedLine.js';
import { splitJson } from './splitJson.js';

const documentSchema = z.looseObject({ Records: z.array(z.looseObject({ eventID: z.string().optional() })) });

/** CloudTrail's files: `{"Records": […]}`. An event has an id of its own, since a trail may write one twice. */
export const readCloudTrailLines: ContentReader = async function* (content, { onSkipped }) {
  for (const { text, line } of splitJson(await textOf(content))) {
    const parsed = documentSchema.safeParse(parseJson(text));
    if (!parsed.success) {
      throw new AppError('INPUT_INVALID', 'not a CloudTrail file', {
        where: `${content.name}:${line}`,
        expected: '{"Records": [ … ]}',
        got: JSON.stringify(text.slice(0, 60)),
      });
    }
    if (parsed.data.Records.length === 0) onSkipped();
    for (const event of parsed.data.Records) {
      const uid = event.eventID;
      yield { text: JSON.stringify(event), file: content.name, ...(uid === undefined ? {} : { uid }) };
    }
  }
};

/** A text as JSON, or undefined; the schema refuses undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
