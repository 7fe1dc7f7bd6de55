import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { makeSpillFolder, removeSpillFolder } from '../../../queries/engines/duckdb/spillFolder.js';

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

it('a lake that may only be read spills into the temporary folder, and any other failure is told', async () => {
  for (const code of ['EACCES', 'EPERM', 'EROFS']) {
    const folder = await makeSpillFolder('/lake', failing(code));
    expect(dirname(folder)).toBe(tmpdir());
    await removeSpillFolder(folder);
    expect(existsSync(folder)).toBe(false);
  }
  await expect(makeSpillFolder('/lake', failing('ENOSPC'))).rejects.toThrow('ENOSPC');
});
