import { type Engine, parseParameters } from '../../queries/index.js';
import { renderReport } from '../../queries/reports/parameters.js';
import { INJECTIONS } from './injections.js';
import { probeReport } from './probeReport.js';

const PROBE = probeReport(
  'text',
  `select {{p}} as a, concat('<', {{p}}, '>') like {{p.contains}} as b, {{p}} like {{p.contains}} as own,
    'another line' like {{p.contains}} as other`,
);

/** What an engine makes of each text of the corpus: the text itself, whether it is found in a longer one, in itself, in another. */
export async function askForTexts(engine: Engine): Promise<readonly (readonly unknown[])[]> {
  const window = { start: 0, end: 1 };
  const answers: (readonly unknown[])[] = [];
  for (const text of INJECTIONS) {
    const sql = renderReport(PROBE, parseParameters(PROBE, [`p=${text}`], { window }));
    answers.push(...(await engine.query(sql)).rows);
  }
  return answers;
}

/** What every engine must make of them: a row a text, taken as it is written, never as SQL and never as a pattern. */
export const EXPECTED_TEXTS: readonly (readonly unknown[])[] = INJECTIONS.map((text) => [text, true, true, false]);
