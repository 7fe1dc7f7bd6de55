import type { BillData, TenantDetail, TopEntry } from '../../DashboardData.js';
import { type CallerDimension, callerRows, callersCommand, callersNote, noCallers } from '../../shared/callers.js';
import { baselineOption } from '../../shared/chartInputs.js';
import { CORRECTION_COLUMNS, CORRECTIONS, correctionCells } from '../../shared/corrections.js';
import {
  amountText,
  displayName,
  instantText,
  moneyText,
  percentText,
  quantityText,
  windowText,
} from '../../shared/format.js';
import { lineageCommand, provenance, usageCommand } from '../../shared/provenance.js';
import { isReserved } from '../../shared/ranking.js';
import { reportCommand } from '../../shared/reportCommand.js';
import { chart } from '../chart.js';
import { type Child, el } from '../dom.js';
import type { Page, View } from '../Page.js';
import { cell, column, disclosure, empty, soft, source, table, tenantLink } from '../parts.js';

/** One tenant, looked at closely. */
export const tenant: View = {
  by: ['tenant', 'window'],
  draw: (page) => {
    const { data, selected } = page;
    const place = selected.tenant ?? data.details[0]?.tenant;
    if (place === undefined) return empty('No customer used anything in this window.');
    const id = data.tenants.ids[place] ?? '';
    const detail = data.details.find((one) => one.tenant === place);
    const name = data.tenants.names[place] ?? id;
    return [
      el('h3', { id: 'tenant-name' }, id, name === id ? null : [' ', el('bdi', { class: 'soft' }, displayName(name))]),
      selected.tenant === undefined && data.audience.kind === 'platform'
        ? soft(
            'No tenant is chosen: this is the first something was found of, or the greatest. Choose one above, in the ranking, or: ',
            suggestions(page),
          )
        : null,
      standing(page, place),
      detail === undefined ? notClose(page, id, place) : closely(page, detail),
    ];
  },
};

function suggestions(page: Page): Child {
  return page.data.details.slice(0, 8).map(({ tenant: place }) => [tenantLink(page, place), ' ']);
}

/** What every tenant has, closely looked at or not: its part of each service. */
function standing({ data, selected }: Page, place: number): Child {
  const rows = selected.window.services.flatMap((service) => {
    const at = service.rows.tenant.indexOf(place);
    if (at < 0) return [];
    return [
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, service.service),
        cell(amountText(service.rows.amount[at] ?? '0', service.unit), 'n', service.rows.amount[at] ?? null),
        cell(percentText(service.rows.share[at] ?? null), 'n'),
        cell(percentText(service.rows.share_before[at] ?? null), 'n'),
      ),
    ];
  });
  const { plans, cells, tenants } = data;
  const plan = plans[tenants.plan[place] ?? -1];
  const of = cells[tenants.cell[place] ?? -1];
  return [
    soft([plan === undefined ? 'No plan' : `Plan ${plan}`, of === undefined ? '' : `, cell ${of}`, '.']),
    rows.length === 0
      ? empty('It used nothing in this window, nor in the one before.')
      : table(
          'What it used in the window',
          [column('service'), column('amount', 'n'), column('share', 'n'), column('window before', 'n')],
          rows,
        ),
  ];
}

function notClose({ data, selected }: Page, id: string, place: number): Child {
  if (isReserved(data, place)) {
    return id === '_unknown'
      ? source(reportCommand('unattributed', {}, selected.window.window, data.flags), 'What it is')
      : null;
  }
  return [
    empty(
      'Its hours are not in this file, which looks closely at the greatest tenants and at those something was found of. These commands show the same of it:',
    ),
    source(`tenantscope dashboard build --tenant ${id} --out ${id}.html${data.flags}`, 'Its own page'),
    source(usageCommand(data, selected.window, id), 'Its hours'),
  ];
}

function closely(page: Page, detail: TenantDetail): Child {
  const { data } = page;
  const [window] = data.windows;
  if (window === undefined) return null;
  const id = data.tenants.ids[detail.tenant] ?? '';
  return [
    page.selected.window === window
      ? null
      : soft(`Hours, limits and corrections are of the ${windowText(data, window)}, whatever window is chosen.`),
    ...detail.services.map((_, at) => ofService(page, detail, at)),
    anomaliesOf(page, detail),
    bill(page, detail),
    quotas(page, detail),
    corrections(detail),
    soft(provenance(data, window, "each service's own, named above")),
    data.callers === null ? null : soft(callersNote(data)),
    source(usageCommand(data, window, id), 'Its hours'),
  ];
}

function ofService(page: Page, detail: TenantDetail, at: number): Child {
  const { data } = page;
  const [window] = data.windows;
  const own = detail.services[at];
  const option = window === undefined ? undefined : baselineOption(data, window, detail, at);
  const service = window?.services.find((one) => one.service === own?.service);
  if (window === undefined || own === undefined || service === undefined || option === undefined) return null;
  const past =
    own.history_days < 3
      ? 'Too little past to say what is usual: fewer than three days.'
      : `Grey: what it used in the same hours of ${own.history_days} days before, from the 10th to the 90th percentile; dashed: the median.`;
  const figure = (value: number | null): string =>
    value === null ? 'no data' : amountText(String(value), service.unit);
  return [
    el('h4', {}, `${own.service}, ${service.unit}`),
    chart(page, {
      label: `${own.service} used by ${data.tenants.ids[detail.tenant] ?? ''} by hour.`,
      option,
      height: 240,
      trigger: 'axis',
      format: figure,
      points: window.hours.map(({ hour, state }, index) => ({
        series: 3,
        index,
        text: () =>
          `${instantText(hour)} UTC${state === 'incomplete' ? ', incomplete' : ''}: ${figure(own.amounts[index] ?? null)}; usual ${figure(own.low[index] ?? null)} to ${figure(own.high[index] ?? null)}`,
      })),
    }),
    soft(past),
    disclosure(`Users, endpoints, operations and resources of ${own.service}`, () => [
      callers(page, detail, own, 'users', service.unit),
      callers(page, detail, own, 'endpoints', service.unit),
      entries(`${own.service}: top operations`, own.operations, service.unit),
      entries(`${own.service}: top resources`, own.resources, service.unit),
    ]),
  ];
}

function callers(
  { data }: Page,
  { tenant: place }: TenantDetail,
  own: TenantDetail['services'][number],
  dimension: CallerDimension,
  unit: string,
): Child {
  const [window] = data.windows;
  const of = own[dimension];
  if (of === null || window === undefined) return null;
  const caption = `${own.service}: top ${dimension}`;
  const none = noCallers(of, dimension);
  const command = callersCommand(data, window, data.tenants.ids[place] ?? '', dimension);
  return [
    none !== undefined
      ? soft(`${caption}: ${none}`)
      : table(
          caption,
          [column('name'), column(unit, 'n'), column('part', 'n')],
          callerRows(of, dimension, data).map(({ name, printed, amount, part }) =>
            el(
              'tr',
              {},
              el(
                'th',
                { scope: 'row', class: printed ? null : 'soft' },
                printed ? el('bdi', { title: displayName(name, 220) }, displayName(name, 80)) : name,
              ),
              cell(amountText(amount, unit), 'n', amount),
              cell(percentText(part), 'n'),
            ),
          ),
        ),
    source(command, dimension === 'users' ? 'Its users' : 'Its endpoints'),
  ];
}

function entries(caption: string, of: readonly TopEntry[], unit: string): Child {
  if (of.length === 0) return soft(`${caption}: none is named in its lines.`);
  return table(
    caption,
    [column('name'), column(unit, 'n'), column('part', 'n')],
    of.map(({ name, amount, part }) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, el('bdi', { title: displayName(name, 220) }, displayName(name, 80))),
        cell(amountText(amount, unit), 'n', amount),
        cell(percentText(part), 'n'),
      ),
    ),
  );
}

function anomaliesOf({ data }: Page, { tenant: place }: TenantDetail): Child {
  const own = data.anomalies.filter((one) => one.tenant === place && one.state !== 'not_judged');
  if (own.length === 0) return soft('Nothing was found of it in this window.');
  return own.map((one) =>
    el(
      'div',
      { class: 'finding' },
      el('p', {}, el('b', {}, one.severity), ` ${one.sentence}`),
      ...one.evidence.slice(0, 1).map((command) => source(command, 'Evidence')),
    ),
  );
}

function bill({ data }: Page, { tenant: place }: TenantDetail): Child {
  if (data.bill === null) {
    return data.audience.kind === 'tenant'
      ? null
      : soft('Not rated: no rate card with prices. tenantscope rates vet says what one needs.');
  }
  const own = data.bill.tenants.find((row) => row.tenant === place);
  if (own === undefined) return soft(`Nothing is billed in ${data.bill.period}.`);
  const { currency, period, status } = data.bill;
  const forecast =
    own.forecast === null ? '' : `; at this rate ${moneyText(Number(own.forecast), currency)} for the whole month`;
  return [
    el('h4', {}, `Bill of ${period}`),
    el(
      'p',
      {},
      el('b', { 'data-exact': own.billed }, moneyText(Number(own.billed), currency)),
      ` ${status}${forecast}. Before its account is rounded.`,
    ),
    table(
      'Lines of the bill',
      [column('line'), column('quantity', 'n'), column(currency, 'n')],
      own.lines.map((line) => billLine(line, currency)),
    ),
    ...followLines(data.bill, own.lines, (folder, charge) => lineageCommand(data, folder, charge)),
    data.bill.package === null && data.audience.kind === 'platform'
      ? soft(
          'These lines were rated for this page. Those of a package can be followed to their usage: build with --package, after ',
          el('code', {}, `tenantscope bill export --period ${period} --out ./billing${data.flags}`),
          '.',
        )
      : null,
  ];
}

type Line = BillData['tenants'][number]['lines'][number];

function billLine(line: Line, currency: string): Child {
  const quantity = line.quantity === null ? '' : `${quantityText(Number(line.quantity))} ${line.unit ?? ''}`;
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, el('bdi', {}, displayName(line.description, 80))),
    cell(quantity, 'n', line.quantity),
    cell(moneyText(Number(line.billed), currency), 'n', line.billed),
  );
}

function followLines(
  { package: folder }: BillData,
  lines: readonly Line[],
  command: (folder: string, charge: string) => string,
): Child[] {
  if (folder === null) return [];
  return [
    disclosure('From a line to its usage, price and bookings', () =>
      lines.flatMap((line) =>
        line.charge === null ? [] : [source(command(folder, line.charge), displayName(line.description, 60))],
      ),
    ),
  ];
}

function quotas({ data, selected }: Page, { quotas: shared }: TenantDetail): Child {
  if (data.audience.kind === 'tenant') return null;
  if (shared.length === 0) return soft('It used none of the shared limits of tenantscope.yaml.');
  return [
    table(
      'Shared limits, in the busiest period of the window',
      [
        column('limit'),
        column('per'),
        column('its use', 'n'),
        column('the limit', 'n'),
        column('part', 'n'),
        column('busiest, UTC'),
      ],
      shared.map((one) =>
        el(
          'tr',
          {},
          el('th', { scope: 'row' }, one.quota),
          cell(one.per),
          cell(quantityText(Number(one.used)), 'n', one.used),
          cell(quantityText(Number(one.limit)), 'n', one.limit),
          cell(percentText(one.share), 'n'),
          cell(instantText(one.peak_at)),
        ),
      ),
    ),
    source(reportCommand('quota-usage', {}, (data.windows[0] ?? selected.window).window, data.flags)),
  ];
}

function corrections({ corrections: moved }: TenantDetail): Child {
  if (moved.length === 0) return soft(CORRECTIONS.none);
  return table(
    CORRECTIONS.caption,
    CORRECTION_COLUMNS.map(([name, kind]) => column(name, kind)),
    moved.map((one) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, one.service),
        ...correctionCells(one).map(({ text, exact }) => cell(text, exact === undefined ? '' : 'n', exact)),
      ),
    ),
  );
}
