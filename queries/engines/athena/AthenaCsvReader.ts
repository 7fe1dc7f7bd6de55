/** One row of text as Athena wrote it; null stands for SQL's NULL. */
export type TextRow = readonly (string | null)[];

/**
 * Reads the CSV Athena writes, and nothing else: every value in double quotes, a quote in it doubled, line breaks in it as
 * they are, NULL as nothing at all between two commas. So NULL and '' stay apart, which readers of general CSV lose.
 * Takes text in pieces of any size; an error names the line.
 *
 * @example
 * const reader = new AthenaCsvReader();
 * reader.push('"a","b"\n"x');  // [['a', 'b']]
 * reader.push('",\n');         // [['x', null]]
 */
export class AthenaCsvReader {
  #row: (string | null)[] = [];
  #field: string | null = null;
  #state: 'start' | 'quoted' | 'closed' = 'start';
  #line = 1;

  /** The rows that this piece completes. */
  push(text: string): TextRow[] {
    const rows: TextRow[] = [];
    let at = 0;
    while (at < text.length) {
      if (this.#state === 'quoted') {
        const quote = text.indexOf('"', at);
        this.#field += text.slice(at, quote < 0 ? text.length : quote);
        if (quote < 0) break;
        this.#state = 'closed';
        at = quote + 1;
        continue;
      }
      const character = text[at];
      at += 1;
      if (character === ',') this.#endField();
      else if (character === '\n') rows.push(this.#endRow());
      else if (character === '"') this.#quote();
      else
        throw new Error(`row ${this.#line}: a value outside quotes, at ${JSON.stringify(text.slice(at - 1, at + 20))}`);
    }
    return rows;
  }

  /** The last row, if the text did not end with a line break. Throws when a quote was left open. */
  end(): TextRow[] {
    if (this.#state === 'quoted') throw new Error(`row ${this.#line}: the text ends inside quotes`);
    return this.#row.length > 0 || this.#state === 'closed' ? [this.#endRow()] : [];
  }

  #quote(): void {
    // A quote after a closed value is the second half of a doubled one.
    this.#field = this.#state === 'closed' ? `${this.#field}"` : '';
    this.#state = 'quoted';
  }

  #endField(): void {
    this.#row.push(this.#field);
    this.#field = null;
    this.#state = 'start';
  }

  #endRow(): TextRow {
    this.#endField();
    const row = this.#row;
    this.#row = [];
    this.#line += 1;
    return row;
  }
}
