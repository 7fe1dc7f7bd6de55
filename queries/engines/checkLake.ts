import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError, hasPatternCharacter, LAKE, LAKE_VERSION, systemCode } from '../../model/index.js';

/** Makes sure that a folder is a lake this version can read. Throws LAKE_NOT_FOUND, PERMISSION_DENIED. */
export async function checkLake(lake: string): Promise<void> {
  if (hasPatternCharacter(resolve(lake))) {
    throw new AppError('LAKE_NOT_FOUND', 'the path of the lake is a pattern', {
      expected: 'a path without * ? [ ] { }',
      got: resolve(lake),
      hint: 'move the lake: an engine would take such a path for a pattern and could read other files',
    });
  }
  const text = await readFile(join(lake, LAKE.marker), 'utf8').catch((error: unknown) => {
    if (['EACCES', 'EPERM'].includes(systemCode(error) ?? '')) {
      throw new AppError('PERMISSION_DENIED', 'the lake cannot be read', {
        where: join(lake, LAKE.marker),
        got: systemCode(error) ?? '',
        hint: 'give this user permission to read the folder and what is in it',
        cause: error,
      });
    }
    throw new AppError('LAKE_NOT_FOUND', 'not a lake', {
      expected: `a folder with ${LAKE.marker} in it`,
      got: lake,
      hint: 'go to the project’s folder, or name one with --lake; fill one with: tenantscope import logs --input FILES, or, for records of a stream: tenantscope run --input FILES',
      cause: error,
    });
  });
  if (!text.includes(`"version":${LAKE_VERSION}`)) {
    throw new AppError('LAKE_NOT_FOUND', 'a lake of another version', {
      expected: `version ${LAKE_VERSION}`,
      got: text.slice(0, 60),
      where: lake,
    });
  }
}
