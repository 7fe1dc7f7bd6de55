import { AppError, LAKE } from '../../model/index.js';
import type { Cell, ObjectStore } from '../../queries/index.js';
import { EMPTY_STATE, type PolicyState, parsePolicyState } from './PolicyState.js';

/** The state as it was read, with what tells it from every later one. */
export interface SeenState {
  readonly state: PolicyState;
  readonly cell: Cell | undefined;
}

/** Where the state of alerting lives: one text, replaced by conditional writes, on any store of small objects. */
export interface PolicyStore {
  /** Where it is, for messages. */
  readonly name: string;
  /** Throws LAKE_DAMAGED for a state of a newer version, or one that cannot be read. */
  read(): Promise<SeenState>;
  /** Replaces the state that was seen; undefined when another run has replaced it meanwhile. */
  write(state: PolicyState, seen: SeenState): Promise<SeenState | undefined>;
  /**
   * Changes the state as it is then, again when another write came in between. `change` gives undefined to leave it as it
   * is, and may throw. Throws LAKE_BUSY when others are faster all the time.
   */
  update(change: (state: PolicyState) => PolicyState | undefined): Promise<PolicyState>;
  /** Writes over whatever there is, readable or not: for a state that is made anew. */
  replace(change: (state: PolicyState | undefined) => PolicyState): Promise<PolicyState>;
}

const KEY = `${LAKE.alerts}/state.json`;
const TRIES = 20;

/** The state of alerting in a store. */
export function openPolicyStore(store: ObjectStore): PolicyStore {
  const where = `${store.name}/${KEY}`;
  const read = async (): Promise<SeenState> => {
    const cell = await store.readCell(KEY);
    return { state: cell === undefined ? EMPTY_STATE : parsePolicyState(cell.text, where), cell };
  };
  const write = async (state: PolicyState, seen: SeenState): Promise<SeenState | undefined> => {
    const cell = await store.writeCell(KEY, `${JSON.stringify(state)}\n`, seen.cell);
    return cell === undefined ? undefined : { state, cell };
  };
  const patiently = async (attempt: () => Promise<PolicyState | undefined>): Promise<PolicyState> => {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const done = await attempt();
      if (done !== undefined) return done;
    }
    throw new AppError('LAKE_BUSY', 'others change the state of alerting all the time', {
      where,
      hint: 'nothing was changed; run it again',
    });
  };
  return {
    name: where,
    read,
    write,
    update: (change) =>
      patiently(async () => {
        const seen = await read();
        const next = change(seen.state);
        return next === undefined ? seen.state : (await write(next, seen))?.state;
      }),
    replace: (change) =>
      patiently(async () => {
        const cell = await store.readCell(KEY);
        let before: PolicyState | undefined;
        try {
          before = cell === undefined ? undefined : parsePolicyState(cell.text, where);
        } catch (error) {
          if (!(error instanceof AppError) || error.details.got?.startsWith('version') === true) throw error;
        }
        return (await write(change(before), { state: EMPTY_STATE, cell }))?.state;
      }),
  };
}
