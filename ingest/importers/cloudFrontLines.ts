import { open } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { AppError } from '../../model/index.js';
import { w3cValue } from '../../transforms/index.js';
import { linesOf } from './content.js';
import type { Content, ContentReader } from './ImportedLine.js';

/** CloudFront standard logs v2 in each of their formats, every record as JSON under its field names. */
export const readCloudFrontLines: ContentReader = async function* (content, { onSkipped }) {
  if (await isParquet(content.path)) {
    yield* readParquet(content);
    return;
  }
  let fields: readonly string[] | undefined;
  for await (const { text, number } of linesOf(content)) {
    if (text.startsWith('#Fields:')) {
      fields = text
        .slice(8)
        .trim()
        .split(/[\s,]+/);
      onSkipped();
    } else if (text.trim() === '' || text.startsWith('#')) onSkipped();
    else if (text.startsWith('{')) yield { text, file: content.name };
    else if (fields === undefined) {
      throw new AppError('INPUT_INVALID', 'not a CloudFront standard log', {
        where: `${content.name}:${number}`,
        expected: 'JSON objects, or a #Fields line before the first record (W3C)',
        got: JSON.stringify(text.slice(0, 60)),
      });
    } else yield { text: w3cRecord(fields, text, `${content.name}:${number}`), file: content.name };
  }
};

function w3cRecord(fields: readonly string[], text: string, where: string): string {
  const values = text.split('\t');
  if (values.length !== fields.length) {
    throw new AppError('INPUT_INVALID', 'the record does not fit its #Fields line', {
      where,
      expected: `${fields.length} values between tabs`,
      got: String(values.length),
    });
  }
  return JSON.stringify(Object.fromEntries(fields.map((field, place) => [field, w3cValue(values[place] ?? '-')])));
}

async function isParquet(path: string): Promise<boolean> {
  const handle = await open(path);
  const head = Buffer.alloc(4);
  await handle.read(head, 0, 4, 0).finally(() => handle.close());
  return head.toString('latin1') === 'PAR1';
}

async function* readParquet(content: Content): AsyncGenerator<{ readonly text: string; readonly file: string }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '256MB' });
  const connection = await instance.connect();
  try {
    // Every column as text, as the other formats have it.
    const result = await connection.stream(
      'select cast(to_json(columns) as varchar) from (select columns(*)::varchar from read_parquet($path)) as columns',
      { path: content.path },
    );
    let rows = 0;
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      rows += chunk.rowCount;
      for (const [text] of chunk.getRows()) yield { text: String(text), file: content.name };
    }
    // The client ends a stream that fails half-way as if its rows were over, or throws.
    const footer = await connection.runAndReadAll('select sum(num_rows) from parquet_file_metadata($path)', {
      path: content.path,
    });
    const expected = Number(footer.getRows()[0]?.[0]);
    if (rows !== expected) throw new Error(`it broke off after ${rows} of ${expected} rows`);
  } catch (error) {
    throw new AppError('INPUT_INVALID', 'a Parquet file cannot be read to its end', {
      where: content.name,
      got: error instanceof Error ? error.message.replaceAll(content.path, content.name) : String(error),
      hint: 'fetch the file again and import it again: lines that were imported count once',
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
