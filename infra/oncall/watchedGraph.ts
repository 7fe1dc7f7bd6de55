import {
  type Alarm,
  Column,
  GraphWidget,
  type HorizontalAnnotation,
  type IMetric,
  type IWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';

/** A graph, and what watches it. */
export interface WatchedGraph {
  readonly title: string;
  readonly metrics: readonly IMetric[];
  readonly lines?: readonly HorizontalAnnotation[];
  /** Alarms on what is drawn, by the name of their runbook. */
  readonly alarms?: readonly (readonly [name: string, alarm: Alarm])[];
  /** What stands before the name of a page. */
  readonly runbooks: string;
}

const WIDTH = 8;

/** A third of a row: the graph with the thresholds of its alarms drawn in, and below it a link to the runbook of each. */
export function watchedGraph({ title, metrics, lines = [], alarms = [], runbooks }: WatchedGraph): IWidget {
  const graph = new GraphWidget({
    title,
    width: WIDTH,
    height: 6,
    left: [...metrics],
    leftYAxis: { min: 0 },
    leftAnnotations: [...alarms.map(([, alarm]) => alarm.toAnnotation()), ...lines],
  });
  const links = alarms.map(([name]) => `[${name}](${runbooks}${name}.md)`);
  const markdown = links.length === 0 ? 'No alarm: for looking at.' : `Runbook: ${links.join(', ')}`;
  return new Column(graph, new TextWidget({ markdown, width: WIDTH, height: 2 }));
}
