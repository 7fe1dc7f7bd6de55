import { deliverySentence } from '../../shared/deliverySentence.js';
import { countText, displayName, durationText, percentText } from '../../shared/format.js';
import { provenance } from '../../shared/provenance.js';
import { chosenLag, qualityFilter } from '../../shared/qualityFilter.js';
import { reportCommand } from '../../shared/reportCommand.js';
import { stripMarkup, stripSentence } from '../../shared/stripMarkup.js';
import { type Child, el } from '../dom.js';
import type { Page, View } from '../Page.js';
import { cell, column, soft, source, table, tenantLink } from '../parts.js';

/** How fresh and how whole the data is. */
export const quality: View = {
  by: ['tenant', 'plan', 'cell'],
  draw: (page) => {
    const { data } = page;
    const [window = page.selected.window] = data.windows;
    const { lines, of } = data.quality.late;
    const platform = data.audience.kind === 'platform';
    const { isChosen, note } = qualityFilter(data, page.selected);
    const strip = el('div');
    // Made by this project of escaped texts; the policy would refuse a script or a style in it all the same.
    strip.innerHTML = stripMarkup(data, isChosen);
    const unattributed = window.value.unattributed;
    return [
      note === undefined ? null : soft(note),
      strip,
      soft(stripSentence(data)),
      reasons(page, isChosen),
      el(
        'p',
        {},
        `Late: ${countText(lines)} of ${countText(of)} lines came on a later day than their own (${percentText(of === 0 ? null : lines / of)}).`,
      ),
      unattributed === null || !platform
        ? null
        : el(
            'p',
            {},
            `Unattributed: ${percentText(unattributed)} of the value used at list price belongs to no tenant.`,
          ),
      window.value.unpriced.length === 0
        ? null
        : soft(`Without a list price, and in no dollar of this page: ${window.value.unpriced.join(', ')}.`),
      delivery(page),
      lag(page, isChosen),
      soft(provenance(data, window, 'tenant-hours and lines')),
      platform ? source(reportCommand('completeness', {}, window.window, data.flags)) : null,
      platform
        ? source(reportCommand('unattributed', {}, window.window, data.flags), 'What belongs to no tenant')
        : null,
    ];
  },
};

type IsChosen = (tenant: number) => boolean;

function reasons(page: Page, isChosen: IsChosen): Child {
  const rows = page.data.quality.strip.filter(({ tenant, reason }) => reason !== '' && isChosen(tenant));
  if (rows.length === 0) return null;
  return table(
    'Why hours are not complete',
    [column('tenant'), column('first reason')],
    rows.map(({ tenant, reason }) =>
      el('tr', {}, el('th', { scope: 'row' }, tenantLink(page, tenant)), cell(displayName(reason, 300), 'wrap')),
    ),
  );
}

function delivery({ data }: Page): Child {
  const { delivery: totals } = data.quality;
  if (totals === null) return null;
  return [
    el('p', {}, deliverySentence(totals)),
    totals.quarantined.length === 0
      ? el('p', {}, 'Nothing is in quarantine.')
      : table(
          'Records in quarantine, kept with their bytes, by reason',
          [column('reason'), column('records', 'n'), column('meaning')],
          totals.quarantined.map((row) =>
            el(
              'tr',
              {},
              el('th', { scope: 'row' }, row.reason),
              cell(countText(row.count), 'n'),
              cell(row.meaning, 'wrap'),
            ),
          ),
        ),
  ];
}

function lag(page: Page, isChosen: IsChosen): Child {
  const { rows, note } = chosenLag(page.data, isChosen);
  if (note !== undefined) return soft(note);
  return table(
    'How long after an hour its last line arrived, the slowest first',
    [column('tenant'), column('median', 'n'), column('greatest', 'n')],
    rows.map((row) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, tenantLink(page, row.tenant)),
        cell(durationText(row.median_ms), 'n'),
        cell(durationText(row.greatest_ms), 'n'),
      ),
    ),
  );
}
