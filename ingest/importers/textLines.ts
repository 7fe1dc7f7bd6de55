import { linesOf } from './content.js';
import type { ContentReader } from './ImportedLine.js';

/** Sources that are lines of text: ALB and S3 access logs. */
export const readTextLines: ContentReader = async function* (content, { onSkipped }) {
  for await (const { text } of linesOf(content)) {
    if (text.trim() === '' || text.startsWith('#')) onSkipped();
    else yield { text, file: content.name };
  }
};
