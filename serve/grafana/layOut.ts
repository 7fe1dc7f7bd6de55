import type { GrafanaDashboard, GrafanaPanel, GrafanaRow, GrafanaVariable } from './GrafanaTypes.js';

/** A panel without its place. */
export type UnplacedPanel = Omit<GrafanaPanel, 'id' | 'gridPos'> & {
  /** Of 24 columns. */
  readonly width: number;
  readonly height: number;
};

/** Panels under a heading, in reading order. */
export interface Section {
  readonly title: string;
  readonly panels: readonly UnplacedPanel[];
}

const COLUMNS = 24;

/** The schema of dashboards as Grafana 12 writes it; older ones are migrated by Grafana when they are opened. */
const SCHEMA_VERSION = 42;

/** A whole dashboard: sections one below the other, panels from left to right until a row is full. */
export function layOut(of: {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly refresh: string;
  readonly variables: readonly GrafanaVariable[];
  readonly sections: readonly Section[];
}): GrafanaDashboard {
  const panels: (GrafanaPanel | GrafanaRow)[] = [];
  let y = 0;
  for (const { title, panels: unplaced } of of.sections) {
    panels.push({
      type: 'row',
      id: panels.length + 1,
      title,
      collapsed: false,
      gridPos: { h: 1, w: COLUMNS, x: 0, y },
      panels: [],
    });
    y += 1;
    let [x, tallest] = [0, 0];
    for (const { width, height, ...panel } of unplaced) {
      if (x + width > COLUMNS) {
        y += tallest;
        [x, tallest] = [0, 0];
      }
      panels.push({ ...panel, id: panels.length + 1, gridPos: { h: height, w: width, x, y } });
      x += width;
      tallest = Math.max(tallest, height);
    }
    y += tallest;
  }
  return {
    uid: of.uid,
    title: of.title,
    description: of.description,
    tags: ['tenantscope'],
    timezone: 'utc',
    editable: true,
    graphTooltip: 1,
    time: { from: 'now-24h', to: 'now' },
    refresh: of.refresh,
    schemaVersion: SCHEMA_VERSION,
    annotations: { list: [] },
    templating: { list: [...of.variables] },
    links: [],
    panels,
  };
}
