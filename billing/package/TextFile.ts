import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { hashFile } from '../../queries/index.js';
import type { PackageFile } from './DatasetWriter.js';

const PIECE = 1 << 16;

/** A text file of a package that is written line by line, its first line not counted as a row. */
export class TextFile {
  readonly #path: string;
  readonly #file: FileHandle;
  #text: string[] = [];
  #length = 0;
  #rows = 0;
  #open = true;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async begin(path: string, head: string): Promise<TextFile> {
    const file = new TextFile(path, await open(path, 'wx'));
    file.#text.push(head);
    return file;
  }

  async add(line: string): Promise<void> {
    this.#rows += 1;
    this.#text.push(line);
    this.#length += line.length;
    if (this.#length >= PIECE) await this.#flush();
  }

  async #flush(): Promise<void> {
    await this.#file.writeFile(this.#text.join(''));
    this.#text = [];
    this.#length = 0;
  }

  async end(): Promise<PackageFile> {
    await this.#flush();
    await this.#file.sync();
    await this.abandon();
    return { path: basename(this.#path), rows: this.#rows, ...(await hashFile(this.#path)) };
  }

  /** Closes it as it is. */
  async abandon(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#file.close();
  }
}
