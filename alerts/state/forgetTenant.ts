import type { Incident } from '../../model/index.js';
import type { PolicyState } from './PolicyState.js';

/**
 * The state without a tenant: its incidents, silences and what is known of it go; what people said of its incidents stays in the
 * precision report, under `_erased`; the incidents of others lose the sentences that name it. Undefined when nothing does.
 *
 * @param names whether a text names the tenant
 */
export function forgetTenant(
  state: PolicyState,
  tenant: string,
  names: (text: string) => boolean,
): PolicyState | undefined {
  if (!names(JSON.stringify(state))) return undefined;
  const others = (incidents: readonly Incident[]): Incident[] =>
    incidents.flatMap((incident) => {
      if (incident.tenant_id === tenant) return [];
      if (!names(JSON.stringify(incident))) return [incident];
      const { finding: _, ...rest } = incident;
      return [{ ...rest, sentence: names(rest.sentence) ? ERASED : rest.sentence }];
    });
  return {
    ...state,
    open: others(state.open),
    resolved: others(state.resolved),
    silences: state.silences.filter((silence) => !names(JSON.stringify(silence))),
    acknowledgements: state.acknowledgements.filter((one) => !names(JSON.stringify(one))),
    feedback: state.feedback.map((one) =>
      names(JSON.stringify(one)) ? { ...one, key: `_erased/${one.service}`, note: '' } : one,
    ),
    unlearnt: state.unlearnt.filter(({ tenant_id }) => tenant_id !== tenant),
    outbox: state.outbox.flatMap((parcel) => {
      const notifications = parcel.notifications.flatMap((transition) =>
        others([transition.incident]).map((incident) => ({ ...transition, incident })),
      );
      const more = parcel.more === null ? null : { ...parcel.more, largest: others(parcel.more.largest) };
      return notifications.length === 0 && more === null ? [] : [{ ...parcel, notifications, more }];
    }),
  };
}

const ERASED = 'What this was about named a tenant that was erased.';
