import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { KeptPicture } from '../alerts/index.js';
import { renderPng } from '../charts/index.js';
import { AppError } from '../model/index.js';
import { filePlace } from './output.js';

/** Writes the picture of an incident as SVG or PNG, as the file's name says. Throws USAGE, INPUT_NOT_FOUND, CANNOT_CREATE. */
export async function writePicture(file: string, incident: string, picture: KeptPicture | undefined): Promise<void> {
  const kind = extname(file).toLowerCase();
  if (kind !== '.svg' && kind !== '.png') {
    throw new AppError('USAGE', '--picture is not usable', {
      expected: 'a file that ends with .svg or .png',
      got: file,
    });
  }
  if (picture === undefined) {
    throw new AppError('INPUT_NOT_FOUND', 'no picture of this incident is kept', {
      got: incident,
      hint: 'pictures are drawn of tenants out of line when people are told of them',
    });
  }
  const content = kind === '.svg' ? picture.svg : await renderPng(picture.svg);
  const place = await filePlace(file);
  try {
    await writeFile(place.path, content);
    await place.commit();
  } catch (error) {
    await place.discard();
    throw new AppError('CANNOT_CREATE', 'cannot write the picture', {
      got: file,
      hint: 'check --picture',
      cause: error,
    });
  }
}
