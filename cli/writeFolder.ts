import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, systemCode } from '../model/index.js';

/** Writes rendered files into a folder, each whole or not at all. Throws CANNOT_CREATE. */
export async function writeFolder(out: string, files: ReadonlyMap<string, string>): Promise<void> {
  try {
    for (const [name, text] of files) {
      await mkdir(dirname(join(out, name)), { recursive: true });
      await writeFile(join(out, `${name}.tmp`), text);
      await rename(join(out, `${name}.tmp`), join(out, name));
    }
  } catch (error) {
    throw new AppError('CANNOT_CREATE', 'cannot write the files', {
      got: `${out} (${systemCode(error) ?? 'unknown'})`,
      hint: 'check that the folder can be written; run the command again to complete it',
      cause: error,
    });
  }
}
