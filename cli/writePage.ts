import { buildPage, type DashboardData } from '../dashboard/index.js';
import type { CliContext } from './CliContext.js';
import { openOutput } from './output.js';

/** Builds the page and writes it to a file, whole or not at all; `-` is stdout. Throws CANNOT_CREATE. */
export async function writePage(data: DashboardData, out: string, context: CliContext): Promise<void> {
  const page = buildPage(data);
  const output = await openOutput(out, context);
  try {
    await output.write(page);
    await output.commit();
  } catch (error) {
    await output.discard();
    throw error;
  }
}
