import { AppError, type Source } from '../../model/index.js';
import { stopIfAsked } from '../delivery/stopIfAsked.js';
import { describeContent } from './content.js';
import type { ImportedLine } from './ImportedLine.js';
import type { ImportResult, ImportSink } from './ImportSink.js';
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
    onSkipped: () => {
      counts.skipped += 1;
    },
  };
  try {
    for await (const file of options.files) {
      stopIfAsked(options.signal);
      counts.files += 1;
      const before = counts.lines;
      try {
        const content = await describeContent(file.path, file.name);
        const lines = counted(readImport(source, content, reading), () => {
          counts.lines += 1;
          if (counts.lines % 1000 === 0) {
            stopIfAsked(options.signal);
            options.onProgress?.(counts.files, counts.lines);
          }
        });
        await sink.write(content.sha256, envelopesOf(source, lines, content.sha256.slice(0, 32)));
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'INPUT_INVALID') throw error;
        failed.push({ file: file.name, reason: error.message.replace(/\n\s*/g, '; ') });
        counts.lines = before;
      }
      options.onProgress?.(counts.files, counts.lines);
    }
    return { source, ...counts, failed, ...(await sink.finish()) };
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

async function* counted<T>(items: AsyncIterable<T>, tell: () => void): AsyncGenerator<T> {
  for await (const item of items) {
    tell();
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
