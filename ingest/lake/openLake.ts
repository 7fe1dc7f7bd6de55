import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError, hasPatternCharacter, LAKE, LAKE_VERSION, systemCode } from '../../model/index.js';
import { writeAtomically } from './writeAtomically.js';

/**
 * Opens a lake for writing; makes one in a new or empty folder. Throws CANNOT_CREATE for a folder that holds something
 * else, and LAKE_DAMAGED for a lake of another version.
 */
export async function openLake(lake: string): Promise<void> {
  if (hasPatternCharacter(resolve(lake))) {
    throw new AppError('CANNOT_CREATE', 'the path of the lake is a pattern', {
      expected: 'a path without * ? [ ] { }',
      got: resolve(lake),
      hint: 'give another --lake: an engine would take such a path for a pattern',
    });
  }
  const marker = join(lake, LAKE.marker);
  const text = await readFile(marker, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new AppError('CANNOT_CREATE', 'cannot use the lake', {
      got: lake,
      hint: 'check the path given to --lake',
      cause: error,
    });
  });
  if (text !== undefined) {
    if (versionOf(text) === LAKE_VERSION) return;
    throw new AppError('LAKE_DAMAGED', 'the lake has another version', {
      where: marker,
      expected: `version ${LAKE_VERSION}`,
      got: JSON.stringify(text.slice(0, 60)),
      hint: 'use the tenantscope that wrote it, or another --lake',
    });
  }
  try {
    await mkdir(lake, { recursive: true });
  } catch (error) {
    throw new AppError('CANNOT_CREATE', 'cannot make the lake', {
      got: lake,
      hint: 'check the path given to --lake',
      cause: error,
    });
  }
  const entries = (await readdir(lake)).filter((name) => name !== `${LAKE.marker}.tmp`);
  if (entries.length > 0) {
    throw new AppError('CANNOT_CREATE', 'the folder is no lake, and not empty', {
      got: lake,
      hint: 'give --lake a new or empty folder, or one that tenantscope made',
    });
  }
  await writeAtomically(marker, `${JSON.stringify({ version: LAKE_VERSION })}\n`);
}

function versionOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  } catch {
    return undefined;
  }
}
