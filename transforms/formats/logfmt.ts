import { readPairs } from './readPairs.js';

/** Keys a logger always prints one of; prose that holds an equals sign does not. */
const TELLING = ['level', 'lvl', 'severity', 'msg', 'message', 'ts', 'time', 'timestamp', '@level', '@message', 't'];

/**
 * logfmt (`level=info msg="hello" n=3`) as an object of texts, or undefined: every part of the line must be a pair, there
 * must be two of them, and one must be a key loggers print.
 */
export function readLogfmt(text: string): Readonly<Record<string, string>> | undefined {
  if (!/^[A-Za-z_@][^\s="]{0,127}=/.test(text)) return undefined;
  const found = readPairs(text, 0);
  if (found === undefined || Object.keys(found).length < 2) return undefined;
  return TELLING.some((key) => key in found) ? found : undefined;
}
