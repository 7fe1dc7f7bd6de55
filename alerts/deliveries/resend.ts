import { AppError } from '../../model/index.js';
import type { DeliveryStore } from './DeliveryStore.js';
import { resendDelivery } from './deliverySteps.js';

/**
 * Puts a delivery on its way once more, by its id `<incident>:<number>`. Throws USAGE when there is none of this id, or
 * when it must not be sent again, with the reason.
 */
export async function resend(id: string, store: DeliveryStore, now: number): Promise<void> {
  const [, incidentId = '', number = ''] = /^(.+):(\d{1,9})$/.exec(id) ?? [];
  const refuse = (reason: string): AppError =>
    new AppError('USAGE', 'this delivery cannot be sent again', {
      where: id,
      got: reason,
      hint: 'see the deliveries and their ids with: tenantscope alerts deliveries',
    });
  if (number === '') throw refuse('no id of a delivery, such as 5f1c9a7e02b44d10:3');
  if ((await store.read(incidentId)) === undefined)
    throw refuse('no incident of this id was told, or it is over for so long that it is no longer kept');
  await store.markOpen([incidentId], now);
  await store.change(incidentId, (of) => {
    const step = of === undefined ? { refused: 'nothing is kept of it' } : resendDelivery(of, Number(number), now);
    if ('refused' in step) throw refuse(step.refused);
    return step.after;
  });
}
