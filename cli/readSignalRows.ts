import { readFile } from 'node:fs/promises';
import { BACKTEST_FILES, type BacktestRow, parseBacktestCsv, type SignalRow } from '../alerts/index.js';
import { AppError, type Config } from '../model/index.js';

/** The columns of a file of signals. */
export const SIGNAL_COLUMNS = Object.keys(BACKTEST_FILES.signals.shape)
  .join(',')
  .replace(',neighbour_burn', '[,neighbour_burn]');

/**
 * What a file says of the infrastructure: the one a flag names, else `detection.signals`; nothing without either. Throws
 * INPUT_NOT_FOUND and INPUT_INVALID: usage is not judged as if there were no signals when there should be some.
 */
export async function readSignalRows({ detection }: Config, flag?: string): Promise<readonly SignalRow[]> {
  const path = flag ?? detection.signals;
  if (path === undefined) return [];
  return readBacktestFile('signals', path, flag === undefined ? 'detection.signals' : '--signals');
}

/** The rows of one of a backtest's files. Throws INPUT_NOT_FOUND that names the flag, and INPUT_INVALID. */
export async function readBacktestFile<File extends keyof typeof BACKTEST_FILES>(
  file: File,
  path: string,
  where = `--${file}`,
): Promise<readonly BacktestRow<File>[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new AppError('INPUT_NOT_FOUND', 'cannot read an input', {
      where,
      got: path,
      hint: 'check the path',
      cause: error,
    });
  });
  return parseBacktestCsv(file, text, path);
}
