import type { ImportUnit } from '../../model/index.js';
import type { InputFile } from '../inputs/findInputs.js';
import { unitId } from '../lake/Journal.js';

/** Files that are delivered together, all or nothing. */
export interface PlannedUnit {
  readonly unit: string;
  readonly files: readonly InputFile[];
  readonly arrival: number;
  /** A run before this one began it and did not end. */
  readonly resumed: boolean;
}

/** What a run has to do, and which files it can pass over. */
export interface DeliveryPlan {
  readonly units: readonly PlannedUnit[];
  /** Files whose content the lake has, or that occur twice in this run. */
  readonly skipped: readonly InputFile[];
}

/** Small files are packed up to this size, so that they do not make small objects each. */
export const UNIT_BYTES = 64 * 1024 * 1024;

/**
 * Decides what to deliver. Content that is done is passed over; a unit that was begun is done again as it was, with the
 * arrival of its first time; files of it that come without the others keep that arrival.
 */
export function planUnits(inputs: readonly InputFile[], journal: readonly ImportUnit[], now: number): DeliveryPlan {
  const done = new Set(
    journal.filter((unit) => unit.state === 'done').flatMap((unit) => unit.files.map((file) => file.sha256)),
  );
  const firstSeen = new Map<string, number>();
  for (const unit of journal) {
    for (const file of unit.files)
      firstSeen.set(file.sha256, Math.min(unit.arrival, firstSeen.get(file.sha256) ?? unit.arrival));
  }
  const fresh = new Map<string, InputFile>();
  const skipped: InputFile[] = [];
  for (const input of inputs) {
    if (done.has(input.sha256) || fresh.has(input.sha256)) skipped.push(input);
    else fresh.set(input.sha256, input);
  }
  const units: PlannedUnit[] = [];
  for (const unit of journal.filter((entry) => entry.state === 'started')) {
    const files = unit.files.map((file) => fresh.get(file.sha256));
    if (!files.every((file) => file !== undefined)) continue;
    for (const file of files) fresh.delete(file.sha256);
    units.push({ unit: unit.unit, files, arrival: unit.arrival, resumed: true });
  }
  let open: InputFile[] = [];
  let arrival = now;
  const close = (): void => {
    if (open.length > 0) units.push({ unit: unitId(open), files: open, arrival, resumed: false });
    open = [];
  };
  for (const file of fresh.values()) {
    const seen = firstSeen.get(file.sha256) ?? now;
    const size = open.reduce((sum, held) => sum + held.bytes, 0);
    if (open.length > 0 && (size + file.bytes > UNIT_BYTES || seen !== arrival)) close();
    arrival = seen;
    open.push(file);
  }
  close();
  return { units, skipped };
}
