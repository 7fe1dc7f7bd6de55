import { anomalyTimeline } from '../../../charts/index.js';
import type { AnomalyData } from '../../DashboardData.js';
import { anomalyBars, stateText } from '../../shared/anomalies.js';
import { countText, displayName, instantText, percentText, timesText } from '../../shared/format.js';
import { chart } from '../chart.js';
import { type Child, el } from '../dom.js';
import type { Page, View } from '../Page.js';
import { cell, column, disclosure, empty, inParts, soft, source, table, tenantLink } from '../parts.js';

/** Anomalies told in full at first, and at once when more are asked for; the table has them all. */
const TOLD = 10;
const MORE_TOLD = 50;
/** Rows of the table at once. */
const ROWS = 200;

/** What was found, when, how bad it is, and what shows it. */
export const anomalies: View = {
  by: ['window', 'tenant', 'plan', 'cell'],
  draw: (page) => {
    const { data, selected } = page;
    const chosen = data.anomalies.filter(
      ({ tenant }) =>
        tenant === null || ((selected.tenant === undefined || tenant === selected.tenant) && selected.includes(tenant)),
    );
    const found = chosen.filter(({ state }) => state !== 'not_judged');
    const not = chosen
      .filter(({ state }) => state === 'not_judged')
      .map(({ sentence }) => empty(`Not judged: ${sentence}`));
    const hidden = data.anomalies.length - chosen.length;
    const said = hidden > 0 ? soft(`${countText(hidden)} of other tenants are hidden by the filters.`) : null;
    if (found.length === 0)
      return [
        empty(data.audience.kind === 'tenant' ? 'Nothing out of the ordinary was found.' : 'No tenant stands out.'),
        said,
        not,
      ];
    const { bars, ...span } = anomalyBars(data, found, data.windows[0]?.window ?? selected.window.window);
    return [
      chart(page, {
        label: `${countText(found.length)} anomalies over time, UTC.`,
        option: anomalyTimeline({ ...span, bars }),
        height: 40 + 28 * bars.length,
        trigger: 'item',
        format: () => '',
        points: bars.map((bar, place) => ({
          series: 1,
          index: bars.length - 1 - place,
          text: () =>
            `${bar.severity} ${bar.state}, ${bar.label}: ${instantText(bar.start)} to ${instantText(bar.end)} UTC`,
        })),
      }),
      ...inParts(found, ROWS, 'anomalies', (some) =>
        table(
          'Anomalies, the worst first; times in UTC',
          ['severity', 'state', 'tenant', 'service', 'from', 'to']
            .map((name) => column(name))
            .concat([column('share', 'n'), column('times peers', 'n')]),
          some.map((one) => line(page, one)),
        ),
      ),
      ...found.slice(0, TOLD).map(told),
      found.length > TOLD
        ? disclosure(`${countText(found.length - TOLD)} more in full`, () =>
            inParts(found.slice(TOLD), MORE_TOLD, 'in full', (some) => some.map(told)),
          )
        : null,
      said,
      not,
    ];
  },
};

function line(page: Page, one: AnomalyData): Child {
  return el(
    'tr',
    {},
    cell(one.severity),
    cell(stateText(one.state)),
    el('th', { scope: 'row' }, one.tenant === null ? 'the fleet' : tenantLink(page, one.tenant)),
    cell(one.service),
    cell(instantText(one.window.start)),
    cell(instantText(one.window.end)),
    cell(percentText(one.share), 'n'),
    cell(timesText(one.times_peers), 'n'),
  );
}

function told(one: AnomalyData): Child {
  const excess =
    one.usd_per_day === null
      ? ''
      : `; $${one.usd_per_day} a day more than ${one.kind === 'budget' ? 'the budget allows' : 'its peers'} at list price`;
  return el(
    'div',
    { class: 'finding' },
    el('p', {}, el('b', {}, one.severity), ` ${one.sentence}`),
    one.causes.length + one.next.length === 0
      ? null
      : el(
          'ul',
          {},
          ...one.causes.map((cause) => el('li', {}, el('bdi', {}, displayName(cause, 160)))),
          ...one.next.map((step) => el('li', {}, step)),
        ),
    soft(`In ${one.flagged}${one.tests.length === 0 ? '' : `; tests ${one.tests.join(', ')}`}${excess}.`),
    ...one.evidence.map((command) => source(command, 'Evidence')),
  );
}
