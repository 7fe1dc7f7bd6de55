import type { Finding } from '../../model/index.js';
import { SCORE_TICKET, unlikeItself } from './severityOf.js';
import type { TenantEvidence } from './TenantEvidence.js';

/** The tests that spoke of a tenant in any of some windows, each once, by name. */
export function testsOf(windows: readonly TenantEvidence[]): Finding['tests'] {
  const tests = windows.flatMap((evidence): Finding['tests'] => [
    ...(evidence.peerLevel === 'none' ? [] : [`P_${evidence.peerLevel}` as const]),
    ...(evidence.changeLevel === 'none' ? [] : [`C_${evidence.changeLevel}` as const]),
    ...(unlikeItself(evidence, SCORE_TICKET) ? (['S'] as const) : []),
    ...(evidence.creeping ? (['G'] as const) : []),
    ...(evidence.dominant ? (['D'] as const) : []),
    ...(evidence.overrun ? (['overrun'] as const) : []),
  ]);
  return [...new Set(tests)].sort();
}
