import type { Served } from '../../serve/answerRequest.js';
import { answerRequest } from '../../serve/index.js';
import type { ReadingState } from '../../serve/LiveReading.js';
import { startServer } from '../../serve/startServer.js';
import { facts } from '../serve/metrics/factSamples.js';

/** A name that would end a label, a line or a reader's patience. */
export const HOSTILE_SERVICE = 'a"b\\c\nd{x="y"} 1 # EOF\u202e 🚀 é';

/** A server as `tenantscope serve` has it, over facts of a test. */
export interface ServedFacts {
  readonly url: string;
  /** Accept headers that came. */
  asked(): readonly string[];
  stop(): Promise<void>;
}

/** Serves the sample facts, one tenant a service named, a hostile service beside them, and a last reading that failed. */
export async function serveFacts(): Promise<ServedFacts> {
  const asked: string[] = [];
  const sample = facts();
  const hostile = { service: HOSTILE_SERVICE, priced: false, amounts: new Map([['acme', 1]]), ranked: ['acme'] };
  const state: ReadingState<Served> = {
    good: {
      value: { page: '', data: '', facts: { ...sample, services: [...sample.services, hostile] } },
      at: Date.parse('2026-11-27T10:00:00Z'),
      tookMs: 900,
    },
    failure: { error: new Error('gone'), at: Date.parse('2026-11-27T10:01:00Z') },
    underWay: false,
    done: { ok: 3, failed: 1 },
  };
  const parts = {
    current: () => state,
    allowedHosts: [],
    refreshMs: 60_000,
    metrics: { version: '0.1.0', nodeVersion: '20.20.2', topTenants: 2 },
    // Four hours and a half behind, whenever the test runs.
    clock: () => Date.parse('2026-11-27T13:30:00Z'),
  };
  const server = await startServer({ host: '127.0.0.1', port: 0 }, (of) => {
    asked.push(of.accept ?? '');
    return answerRequest(of, parts);
  });
  return { url: server.url, asked: () => asked, stop: () => server.stop() };
}
