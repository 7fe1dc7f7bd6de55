import { AppError, utcDayOf } from '../../model/index.js';
import type { RegistryHome } from '../homes/RegistryHome.js';
import { type PlannedChange, planChange } from './planChange.js';
import type { TenantChange } from './TenantChange.js';

/** How often a change is thought of anew when somebody else was faster. */
const TRIES = 5;

/**
 * Makes a change in a registry's home, or only says what it would come to. Nothing is written unless all of it is valid, and
 * nothing where nothing would change. Throws what the home throws, INPUT_INVALID, and LAKE_BUSY when others were faster
 * each time.
 */
export async function changeTenant(
  home: RegistryHome,
  change: TenantChange,
  { clock, dryRun }: { readonly clock: () => number; readonly dryRun: boolean },
): Promise<PlannedChange> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const state = await home.read();
    const planned = planChange(state, change, utcDayOf(clock()));
    if (planned.edit === undefined) return planned;
    const prepared = home.prepare(state, planned.edit);
    if (dryRun || (await prepared.write())) return planned;
  }
  throw new AppError('LAKE_BUSY', 'the registry changed under each of several tries', {
    got: home.name,
    hint: 'nothing was written; run the command again',
  });
}
