import { writeFile } from 'node:fs/promises';
import { buildPage } from '../dashboard/index.js';
import { AppError, type Config } from '../model/index.js';
import type { Engine } from '../queries/index.js';
import { dashboardData, type PageInputs } from './dashboardData.js';

/** Builds the page and writes it to a file. Throws CANNOT_CREATE. */
export async function writePage(engine: Engine, config: Config, inputs: PageInputs, file: string): Promise<void> {
  const page = buildPage(await dashboardData(engine, config, inputs));
  try {
    await writeFile(file, page);
  } catch (error) {
    throw new AppError('CANNOT_CREATE', 'cannot write the page', { got: file, hint: 'check --out', cause: error });
  }
}
