import type { DashboardData } from '../DashboardData.js';
import type { Selected, Selection } from '../shared/Selection.js';
import type { Child } from './dom.js';

/** What a view is drawn from. */
export interface Page {
  readonly data: DashboardData;
  readonly selected: Selected;
  /** Chooses something else. `replace` makes no entry in the history: for what changes with every key. */
  go(change: Partial<Selection>, how?: 'push' | 'replace'): void;
  /** Runs when the view stands in the document; what it returns runs when the view is drawn anew. */
  attached(work: () => (() => void) | undefined): void;
}

/** One view: what is shown, and which parts of the selection it depends on. */
export interface View {
  readonly draw: (page: Page) => Child;
  readonly by: readonly (keyof Selection)[];
}
