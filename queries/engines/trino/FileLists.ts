import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openScratch } from '../openScratch.js';
import { sqlText } from '../sqlText.js';
import { type LakeTable, LISTS_FOLDER, lakePath } from './lakeTables.js';

/** Files, or objects whose rows they hold, that belong together. */
export interface FileList {
  /** A word for file names. */
  readonly name: string;
  /** What they are known by: "$path", or the column that says which object a row was delivered in. */
  readonly column: '"$path"' | 'origin_object';
  readonly values: readonly string[];
}

/** Where lists lie, and how their table comes to be. */
export interface FileListsOptions {
  /** The lake as this process sees it, and as Trino does. */
  readonly lake: string;
  readonly location: string;
  readonly table: LakeTable;
  readonly ensure: (table: LakeTable) => Promise<void>;
  /** Characters that a list may take in a statement. */
  readonly longestInline: number;
}

/** Far below what Trino takes of a statement (1,000,000 characters unless its `query.max-length` says otherwise), which names two or three lists. */
export const LONGEST_INLINE = 100_000;

const MEMORY_MB = 256;

/**
 * Says in SQL which files of a table count: by name while they are few, so that nothing has to be written; else by a list
 * laid into the lake's staging as Parquet, once a list, and joined. Either way the rows are exactly those.
 */
export class FileLists {
  readonly #options: FileListsOptions;
  readonly #laid = new Map<FileList, Promise<string>>();

  constructor(options: FileListsOptions) {
    this.#options = options;
  }

  /** A condition that holds for the rows of these files. The list must have some. */
  async condition(list: FileList): Promise<string> {
    const names = list.values.map(sqlText).join(', ');
    if (names.length <= this.#options.longestInline) return `${list.column} in (${names})`;
    const laid = this.#laid.get(list) ?? this.#lay(list);
    this.#laid.set(list, laid);
    const { table } = this.#options;
    return `${list.column} in (select entry from ${table.name} where "$path" = ${sqlText(await laid)})`;
  }

  /** Removes the lists it laid. */
  async close(): Promise<void> {
    for (const laid of this.#laid.values()) {
      const path = await laid.catch(() => undefined);
      if (path !== undefined) await rm(this.#local(path), { force: true });
    }
  }

  #local(path: string): string {
    return join(this.#options.lake, LISTS_FOLDER, path.slice(path.lastIndexOf('/') + 1));
  }

  /** Returns the list's path as Trino sees it. A file of its own: what another process lays or removes does not touch it. */
  async #lay({ name, values }: FileList): Promise<string> {
    const { lake, location, table, ensure } = this.#options;
    await mkdir(join(lake, LISTS_FOLDER), { recursive: true });
    await ensure(table);
    const path = lakePath(location, `${LISTS_FOLDER}/${name}-${randomUUID()}.parquet`);
    const { connection, close } = await openScratch({ lake, memoryMb: MEMORY_MB, threads: 1 });
    try {
      await connection.run('create table list (entry varchar)');
      const appender = await connection.createAppender('list');
      for (const entry of values) {
        appender.appendVarchar(entry);
        appender.endRow();
      }
      appender.closeSync();
      await connection.run(`copy list to ${sqlText(this.#local(path))} (format parquet, compression zstd)`);
    } catch (error) {
      await rm(this.#local(path), { force: true });
      throw error;
    } finally {
      await close();
    }
    return path;
  }
}
