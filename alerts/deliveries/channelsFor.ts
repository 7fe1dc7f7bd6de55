import type { AlertRoute } from '../../model/index.js';
import type { AlertMessage } from '../messages/AlertMessage.js';

/**
 * Channels a message is routed to: the routes in order, until one holds that does not say `continue`. A resolution has no
 * route of its own: it goes where the incident was told.
 */
export function channelsFor(message: AlertMessage, routes: readonly AlertRoute[]): readonly string[] {
  const channels = new Set<string>();
  for (const route of routes) {
    if (!holds(route, message)) continue;
    for (const channel of route.channels) channels.add(channel);
    if (!route.continue) break;
  }
  return [...channels];
}

function holds(route: AlertRoute, { severity, service, plan, kind }: AlertMessage): boolean {
  return (
    (route.severities?.includes(severity) ?? true) &&
    (route.services?.includes(service) ?? true) &&
    (route.plans === undefined || (plan !== null && route.plans.includes(plan))) &&
    (route.kinds === undefined || (kind !== 'test' && route.kinds.includes(kind)))
  );
}
