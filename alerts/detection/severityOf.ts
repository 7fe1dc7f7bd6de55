import type { Severity } from '../../model/index.js';
import type { TenantEvidence } from './TenantEvidence.js';
import type { Signal } from './TenantFacts.js';

/** One window's evidence of a tenant, with what the infrastructure said in it. */
export interface JudgedWindow {
  readonly evidence: TenantEvidence | undefined;
  /** Undefined when nothing measures this service at all. */
  readonly signal: Signal | undefined;
}

const PAGE_SHARE = 0.2;
/** Excess as a part of the provisioned capacity from which a tenant matters. */
const PAGE_CAPACITY = 0.1;
const TIGHT_CAPACITY = 0.7;
/** Use of the capacity below which there is plenty of room. */
export const ROOMY_CAPACITY = 0.5;
const OVERWHELMING = { share: 0.5, capacity: 0.9 } as const;
const TICKET_USD_PER_DAY = 5;
const TICKET_SHARE = 0.02;
const SCORE_PAGE = 3.5;
/** S from which a tenant's own past is evidence at all. */
export const SCORE_TICKET = 2.5;
/** Below this many times what was expected, S alone is an echo. */
const LEAST_RATIO = 1.5;
const NEEDED = 2;

/**
 * The decision table (reference section 3): how urgent the last windows of a tenant are, the last three of `recent`,
 * newest last. PAGE and TICKET need their rule in two of the three; the worst that holds. A single overwhelming window
 * pages alone. Undefined when the newest window has no evidence.
 */
export function severityOf(recent: readonly JudgedWindow[]): Severity | undefined {
  const windows = recent.slice(-3);
  const newest = windows.at(-1);
  if (newest?.evidence === undefined) return undefined;
  if (newest.evidence.acknowledged) return 'INFO';
  const holds = (rule: (window: Held) => boolean): number =>
    windows.filter(({ evidence, signal }) => evidence !== undefined && rule({ evidence, signal })).length;
  const pages =
    overwhelming({ evidence: newest.evidence, signal: newest.signal }) ||
    holds(changed) >= NEEDED ||
    holds(hurting) >= NEEDED;
  if (pages && !newest.evidence.isNew && !roomy(newest.signal)) return 'PAGE';
  return holds(ticket) >= NEEDED || pages ? 'TICKET' : 'INFO';
}

interface Held {
  readonly evidence: TenantEvidence;
  readonly signal: Signal | undefined;
}

/** It changed, and it is large, and it presses on what all share. */
function changed(held: Held): boolean {
  const { changeLevel, dominant } = held.evidence;
  const own = changeLevel === 'strong' || unlikeItself(held.evidence, SCORE_PAGE);
  const large = strongPeer(held.evidence) || dominant || changeLevel === 'strong';
  return own && large && pageGate(held);
}

/** It is large, and somebody is hurt right now. */
function hurting({ evidence, signal }: Held): boolean {
  return (strongPeer(evidence) || evidence.dominant) && hurt(signal) && evidence.excess > 0;
}

function overwhelming({ evidence, signal }: Held): boolean {
  const capacity = signal?.capacityUse ?? 0;
  return evidence.share >= OVERWHELMING.share && capacity >= OVERWHELMING.capacity && evidence.excess > 0;
}

function ticket({ evidence }: Held): boolean {
  const { peerLevel, changeLevel, creeping, dominant, overrun } = evidence;
  const tests =
    peerLevel === 'strong' ||
    changeLevel === 'strong' ||
    creeping ||
    dominant ||
    overrun ||
    (peerLevel === 'weak' && changeLevel === 'weak');
  return tests && evidence.excess > 0 && ticketGate(evidence);
}

/** S reaches a bar, and the window itself is above what is usual: S is smoothed, and still high when what raised it is over. */
export function unlikeItself({ ownScore, excess, changeRatio }: TenantEvidence, bar: number): boolean {
  return (ownScore ?? 0) >= bar && excess > 0 && (changeRatio ?? LEAST_RATIO) >= LEAST_RATIO;
}

/** Far above its peers, in a population where that means something. */
const strongPeer = (evidence: TenantEvidence): boolean => evidence.peerLevel === 'strong' && !evidence.tailCapped;

function pageGate({ evidence, signal }: Held): boolean {
  const { share, excess, amount } = evidence;
  const use = signal?.capacityUse ?? null;
  // Of the capacity in use the tenant has its share, so its excess is that part of it.
  const ofCapacity = use === null || amount === 0 ? 0 : share * use * (excess / amount);
  const large = share >= PAGE_SHARE || ofCapacity >= PAGE_CAPACITY;
  // Nothing measures the capacity: share and excess have to do, and the page says that capacity is unknown.
  const pressed = unknown(signal) || (use ?? 0) >= TIGHT_CAPACITY || hurt(signal);
  return large && excess > 0 && pressed;
}

function ticketGate({ excessUsdPerHour, share }: TenantEvidence): boolean {
  return (excessUsdPerHour ?? 0) * 24 >= TICKET_USD_PER_DAY || share >= TICKET_SHARE;
}

const hurt = (signal: Signal | undefined): boolean =>
  (signal?.throttledRequests ?? 0) > 0 || signal?.neighbourBurn === true;

const unknown = (signal: Signal | undefined): boolean =>
  signal === undefined || (signal.capacityUse === null && signal.throttledRequests === null);

/** There is plenty of room, and nobody is turned away: nothing to wake someone for. */
const roomy = (signal: Signal | undefined): boolean =>
  signal?.capacityUse != null && signal.capacityUse < ROOMY_CAPACITY && !hurt(signal);
