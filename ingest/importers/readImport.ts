import { AppError, type Source } from '../../model/index.js';
import { readSourceLine } from '../../transforms/index.js';
import { readCloudFrontLines } from './cloudFrontLines.js';
import { readCloudTrailLines } from './cloudTrailLines.js';
import type { Content, ContentReader, ImportedLine, ImportReading } from './ImportedLine.js';
import { readKubeletLines } from './kubeletLines.js';
import { readLogEnvelopes } from './logEnvelopeLines.js';
import { readOwnLines } from './ownLines.js';
import { readTextLines } from './textLines.js';

/** Sources that are read from files; CloudWatch metrics are asked for. */
export type FileSource = Exclude<Source, 'cloudwatch_metrics'>;

const READERS: Readonly<Record<FileSource, ContentReader>> = {
  alb: readTextLines,
  s3_access: readTextLines,
  cloudfront: readCloudFrontLines,
  cloudtrail: readCloudTrailLines,
  cloudwatch_logs: readLogEnvelopes,
  kubelet: readKubeletLines,
  logs: readOwnLines,
};

/** Lines looked at before a file is taken for one of another source. */
const PROBE = 20;

/**
 * The lines of a content. A file none of whose first twenty lines is the source's is refused with INPUT_INVALID: it was
 * most likely given to the wrong importer. Later lines that cannot be read go on as text, with a problem.
 */
export async function* readImport(
  source: FileSource,
  content: Content,
  reading: ImportReading,
): AsyncGenerator<ImportedLine> {
  const held: ImportedLine[] = [];
  let known = false;
  for await (const line of READERS[source](content, reading)) {
    if (known) {
      yield line;
      continue;
    }
    const read = line.read ?? readSourceLine(source, line.text, line.file, 0);
    held.push(read === undefined ? line : { ...line, read });
    known = read !== undefined;
    if (known) yield* held.splice(0);
    else if (held.length >= PROBE) refuse(source, content, held);
  }
  if (held.length > 0) refuse(source, content, held);
}

function refuse(source: FileSource, content: Content, held: readonly ImportedLine[]): never {
  throw new AppError('INPUT_INVALID', `none of the first ${held.length} lines is of ${source.replace('_', ' ')}`, {
    where: content.name,
    got: JSON.stringify(held[0]?.text.slice(0, 80)),
    hint: 'check which source the file comes from: tenantscope import --help',
  });
}
