import { AppError, type Registry, type Source } from '../../model/index.js';
import { readSourceLine } from '../../transforms/index.js';
import { stopIfAsked } from '../delivery/stopIfAsked.js';
import { describeContent } from './content.js';
import type { ImportedLine } from './ImportedLine.js';
import type { ImportResult, ImportSink } from './ImportSink.js';
import { type ImportFindings, ImportTally } from './ImportTally.js';
import { importedEnvelope } from './importedEnvelope.js';
import { type FileSource, readImport } from './readImport.js';

/** A file to import. */
export interface ImportFile {
  readonly path: string;
  /** Its name at the source. */
  readonly name: string;
}

/** What an import needs. */
export interface ImportOptions {
  readonly source: FileSource;
  readonly files: AsyncIterable<ImportFile> | Iterable<ImportFile>;
  readonly sink: ImportSink;
  readonly intervalSeconds: number;
  /** Minutes east of UTC of times that name no zone; without it files with such times fail. */
  readonly zoneMinutes?: number;
  /** Who the tenants are, to say what will be nobody's; absent where another machine knows. */
  readonly registry?: Registry;
  readonly signal?: AbortSignal;
  readonly onProgress?: (files: number, lines: number) => void;
}

/** What an import did. A failed file is listed with its reason, and nothing of it was delivered to a lake. */
export interface ImportSummary extends ImportResult {
  readonly source: Source;
  readonly files: number;
  readonly lines: number;
  /** Comments, blank lines and control messages. */
  readonly skipped: number;
  readonly failed: readonly { readonly file: string; readonly reason: string }[];
  /** Absent where the registry is not known here. */
  readonly found?: ImportFindings;
}

/**
 * Imports files of one source. A file that cannot be read does not keep the others from being imported: it is reported,
 * and the caller ends with an error. The same content gives the same lines under the same identities, under whatever name
 * and however often it is imported.
 */
export async function runImport(options: ImportOptions): Promise<ImportSummary> {
  const { source, sink } = options;
  const counts = { files: 0, lines: 0, skipped: 0 };
  const failed: { file: string; reason: string }[] = [];
  const reading = {
    intervalSeconds: options.intervalSeconds,
    ...(options.zoneMinutes === undefined ? {} : { zoneMinutes: options.zoneMinutes }),
    onSkipped: () => {
      counts.skipped += 1;
    },
  };
  const tally = options.registry === undefined ? undefined : new ImportTally(options.registry);
  try {
    for await (const file of options.files) {
      stopIfAsked(options.signal);
      counts.files += 1;
      const before = counts.lines;
      try {
        const content = await describeContent(file.path, file.name);
        const ofFile = tally === undefined ? undefined : new ImportTally(tally.registry);
        const lines = counted(readImport(source, content, reading), (line) => {
          counts.lines += 1;
          ofFile?.add(line.read ?? readSourceLine(source, line.text, line.file, 0), line.time !== undefined);
          if (counts.lines % 1000 === 0) {
            stopIfAsked(options.signal);
            options.onProgress?.(counts.files, counts.lines);
          }
        });
        await sink.write(content.sha256, envelopesOf(source, lines, content.sha256.slice(0, 32)));
        if (ofFile !== undefined) tally?.merge(ofFile);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'INPUT_INVALID') throw error;
        failed.push({ file: file.name, reason: error.message.replace(/\n\s*/g, '; ') });
        counts.lines = before;
      }
      options.onProgress?.(counts.files, counts.lines);
    }
    const done = { source, ...counts, failed, ...(await sink.finish()) };
    return tally === undefined ? done : { ...done, found: tally.found() };
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

async function* counted<T>(items: AsyncIterable<T>, tell: (item: T) => void): AsyncGenerator<T> {
  for await (const item of items) {
    tell(item);
    yield item;
  }
}

async function* envelopesOf(source: Source, lines: AsyncIterable<ImportedLine>, key: string): AsyncGenerator<string> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    yield JSON.stringify(importedEnvelope(source, line, `${key}/${number}`));
  }
}
