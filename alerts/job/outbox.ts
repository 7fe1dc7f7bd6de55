import { isDeepStrictEqual } from 'node:util';
import type { NotificationPlan } from '../policy/planNotifications.js';
import type { Parcel, PolicyState } from '../state/PolicyState.js';
import type { AlertsJob } from './AlertsJob.js';

/** A run that has not handed its plan over for so long died with it. */
const TAKEN_MS = 5 * 60_000;

/** What of a plan is sent, as it is kept until it is handed over; none when nothing is. The run that makes it has it for itself. */
export function parcelOf(plan: NotificationPlan, at: number): readonly Parcel[] {
  const notifications = plan.notifications.flatMap(({ transition, held }) => (held === undefined ? [transition] : []));
  if (notifications.length === 0 && plan.more === undefined) return [];
  const more = plan.more === undefined ? null : { ...plan.more, largest: [...plan.more.largest] };
  return [{ at, notifications, more, taken_until: at + TAKEN_MS }];
}

/**
 * Hands over what is to be sent, oldest first: this run's own, and what earlier ones took on and did not finish. A parcel is taken
 * by a conditional write, so that of two runs one has it. Returns how many were handed over; throws what `deliver` throws, and
 * the next run goes on.
 *
 * @param own what this run has written itself, which nobody else takes on
 */
export async function deliverOutbox(job: AlertsJob, at: number, own: readonly Parcel[]): Promise<number> {
  const { state } = await job.store.read();
  let delivered = 0;
  for (const parcel of state.outbox) {
    const mine = own.some((one) => isDeepStrictEqual(one, parcel));
    if (!mine && !(await take(job, parcel, at))) continue;
    try {
      await job.deliver(planOf(parcel), parcel.at);
    } catch (error) {
      await change(job, parcel, (kept) => [{ ...kept, taken_until: 0 }]);
      throw error;
    }
    await change(job, parcel, () => []);
    delivered += 1;
  }
  return delivered;
}

/** True when this run has the parcel for itself now. */
async function take(job: AlertsJob, parcel: Parcel, at: number): Promise<boolean> {
  if (parcel.taken_until > at) return false;
  let taken = false;
  await job.store.update((state) => {
    taken = state.outbox.some((one) => isDeepStrictEqual(one, parcel));
    return taken ? replaced(state, parcel, (kept) => [{ ...kept, taken_until: at + TAKEN_MS }]) : undefined;
  });
  return taken;
}

async function change(job: AlertsJob, parcel: Parcel, of: (parcel: Parcel) => readonly Parcel[]): Promise<void> {
  await job.store.update((state) => replaced(state, parcel, of));
}

function replaced(state: PolicyState, parcel: Parcel, of: (parcel: Parcel) => readonly Parcel[]): PolicyState {
  const same = (one: Parcel): boolean =>
    one.at === parcel.at &&
    one.more?.id === parcel.more?.id &&
    isDeepStrictEqual(
      one.notifications.map(({ id }) => id),
      parcel.notifications.map(({ id }) => id),
    );
  return { ...state, outbox: state.outbox.flatMap((one) => (same(one) ? of(one) : [one])) };
}

function planOf({ notifications, more }: Parcel): NotificationPlan {
  return {
    notifications: notifications.map((transition) => ({ transition, held: undefined })),
    more: more ?? undefined,
  };
}
