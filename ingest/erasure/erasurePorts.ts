import { finishUnit, readJournal, writeUnit } from '../lake/Journal.js';
import { lockLake } from '../lake/lockLake.js';
import { stageQuarantine } from './stageQuarantine.js';

/** What the erasure of a tenant needs of those who bring lines into a lake. */
export const erasurePorts = {
  lockDeliveries: (lake: string): Promise<() => Promise<void>> => lockLake(lake),
  settleDeliveries: async (lake: string): Promise<void> => {
    for (const unit of await readJournal(lake)) if (unit.state === 'committed') await finishUnit(lake, unit);
  },
  writeJournalEntry: writeUnit,
  stageQuarantine,
} as const;
