import { type Html, html, trusted } from '../html.js';
import { deliverySentence } from '../shared/deliverySentence.js';
import { countText, displayName, durationText, percentText } from '../shared/format.js';
import { provenance } from '../shared/provenance.js';
import { chosenLag } from '../shared/qualityFilter.js';
import { reportCommand } from '../shared/reportCommand.js';
import { stripMarkup, stripSentence } from '../shared/stripMarkup.js';
import { cell, column, type StaticPage, source, table, tenantName } from './StaticPage.js';

/** How fresh and how whole the data is. */
export function qualityView({ data, selected }: StaticPage): Html {
  const { quality } = data;
  const [window = selected.window] = data.windows;
  const { lines, of } = quality.late;
  const reasons = quality.strip.filter(({ reason }) => reason !== '');
  const { rows: slow, note } = chosenLag(data, () => true);
  const platform = data.audience.kind === 'platform';
  return html`${trusted(stripMarkup(data))}
<p class="soft">${stripSentence(data)}</p>
${
  reasons.length === 0
    ? ''
    : table(
        'Why hours are not complete',
        [column('tenant'), column('first reason')],
        reasons.map(
          ({ tenant, reason }) =>
            html`<tr><th scope="row">${tenantName(data, tenant)}</th><td class="wrap">${displayName(reason, 300)}</td></tr>`,
        ),
      )
}
<p>Late: ${countText(lines)} of ${countText(of)} lines came on a later day than their own (${percentText(of === 0 ? null : lines / of)}).${
    window.value.unattributed === null || !platform
      ? ''
      : ` Unattributed: ${percentText(window.value.unattributed)} of the value used at list price belongs to no tenant.`
  }</p>
${delivery(data.quality)}
${
  note !== undefined
    ? html`<p class="soft">${note}</p>`
    : table(
        'How long after an hour its last line arrived',
        [column('tenant'), column('median', 'n'), column('greatest', 'n')],
        slow.map(
          (row) =>
            html`<tr><th scope="row">${tenantName(data, row.tenant)}</th>${cell(durationText(row.median_ms), 'n')}${cell(durationText(row.greatest_ms), 'n')}</tr>`,
        ),
      )
}
<p class="soft">${provenance(data, window, 'tenant-hours and lines')}</p>
${platform ? source(reportCommand('completeness', {}, window.window, data.flags)) : ''}`;
}

function delivery({ delivery: totals }: StaticPage['data']['quality']): Html {
  if (totals === null) return html``;
  return html`<p>${deliverySentence(totals)}</p>
${
  totals.quarantined.length === 0
    ? html`<p>Nothing is in quarantine.</p>`
    : table(
        'Records in quarantine, kept with their bytes, by reason',
        [column('reason'), column('records', 'n'), column('meaning')],
        totals.quarantined.map(
          (row) =>
            html`<tr><th scope="row">${row.reason}</th>${cell(countText(row.count), 'n')}<td class="wrap">${row.meaning}</td></tr>`,
        ),
      )
}`;
}
