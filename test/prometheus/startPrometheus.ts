import { join } from 'node:path';
import { startDaemon } from '../e2e/startDaemon.js';

/** One value of an instant query. */
export interface QueriedSample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A running Prometheus of the test's own. */
export interface Prometheus {
  /** What an API path answers, its `data`. */
  api<T>(path: string): Promise<T>;
  /** Instant query. */
  query(expression: string): Promise<readonly QueriedSample[]>;
  stop(): Promise<void>;
}

/** Starts one on a free port with its configuration and files, by name, and a storage of its own. */
export async function startPrometheus(
  config: string,
  files: Readonly<Record<string, string>> = {},
): Promise<Prometheus> {
  const { url, stop } = await startDaemon('prometheus', { ...files, 'prometheus.yml': config }, (folder) => [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
  ]);
  const api = async <T>(path: string): Promise<T> => {
    const answer = (await fetch(`${url}/api/v1/${path}`).then((of) => of.json())) as { data: T; error?: string };
    if (answer.error !== undefined) throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  };
  return {
    api,
    query: async (expression) => {
      const of = await api<{ result: QueriedSample[] }>(`query?query=${encodeURIComponent(expression)}`);
      return of.result;
    },
    stop,
  };
}
