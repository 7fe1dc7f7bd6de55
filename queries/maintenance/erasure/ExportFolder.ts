import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { AppError } from '../../../model/index.js';
import { listFiles } from '../../lake/listFiles.js';
import type { BucketFiles } from '../../store/BucketFiles.js';

/** A place where billing exports are kept, read file by file. */
export interface ExportFolder {
  /** A path, or `s3://bucket/prefix`. */
  readonly name: string;
  /** Its files, by their paths from there on, with when they were written, epoch milliseconds. Throws INPUT_NOT_FOUND. */
  list(): Promise<readonly { readonly path: string; readonly at: number }[]>;
  /** Does something with a file of it as a local one. */
  withFile<T>(path: string, work: (file: string) => Promise<T>): Promise<T>;
}

const notThere = (got: string, cause?: unknown): AppError =>
  new AppError('INPUT_NOT_FOUND', 'a folder of billing exports is not there', {
    got,
    hint: 'check --exports',
    ...(cause === undefined ? {} : { cause }),
  });

/** Exports in a folder of this machine. */
export function localExports(folder: string): ExportFolder {
  return {
    name: folder,
    async list() {
      await stat(folder).catch((error: unknown) => {
        throw notThere(folder, error);
      });
      const files = [];
      for (const path of await listFiles(folder, ''))
        files.push({ path, at: (await stat(join(folder, path))).mtimeMs });
      return files;
    },
    withFile: (path, work) => work(join(folder, path)),
  };
}

/** Exports below a prefix of a bucket; one file at a time lies in a temporary folder. */
export function bucketExports(files: BucketFiles): ExportFolder {
  return {
    name: files.name,
    async list() {
      const found = await files.list('');
      if (found.length === 0) throw notThere(files.name);
      return found.filter(({ key }) => !key.endsWith('/')).map(({ key, at }) => ({ path: key, at }));
    },
    async withFile(path, work) {
      const scratch = await mkdtemp(join(tmpdir(), 'tenantscope-exports-'));
      try {
        const file = join(scratch, `copy-${basename(path)}`);
        await files.download(path, file);
        return await work(file);
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
  };
}
