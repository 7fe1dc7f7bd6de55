/** A rule of FOCUS that rows can be held to. Its condition says which rows break it. */
export interface FocusRule {
  /** The specification's own id where it has one, else the column and what is asked of it. */
  readonly id: string;
  /** What is asked, in the words of the specification. */
  readonly text: string;
  /** Columns it reads: without all of them there is nothing to check. */
  readonly columns: readonly string[];
  /** SQL over a row whose columns are all text, true for a row that breaks the rule. */
  readonly broken: string;
}

/** A rule over pairs of columns: each value of the first has one of the second. */
export interface FocusUniqueRule {
  readonly id: string;
  readonly text: string;
  readonly columns: readonly [string, string];
}

/** A rule that a dataset breaks. */
export interface FocusViolation {
  readonly rule: string;
  readonly text: string;
  /** Rows that break it; 1 for what is wrong with the dataset itself. */
  readonly rows: number;
  /** One of them, or what is wrong. */
  readonly example: string;
}
