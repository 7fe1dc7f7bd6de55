import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, type ReportTarget, systemCode } from '../../model/index.js';
import { type Deliverer, type Delivery, DeliveryProblem } from './Delivery.js';

/** Puts reports into a folder, whole or not at all. A file of the same name and other content is never replaced. */
export const folderDeliverer: Deliverer = {
  repeatable: true,
  async deliver(target: ReportTarget, delivery: Delivery): Promise<void> {
    if (!('folder' in target)) throw new DeliveryProblem('failed', 'not a folder');
    try {
      await place(target.folder, delivery);
    } catch (error) {
      if (error instanceof DeliveryProblem) throw error;
      throw new DeliveryProblem('again', `${target.folder}: ${messageOf(error)}`, error);
    }
  },
};

async function place(folder: string, { fileName, content }: Delivery): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, fileName);
  const temporary = join(folder, `.${fileName}.${randomUUID()}`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    if (!(await readFile(path)).equals(content)) {
      throw new DeliveryProblem('failed', `${path} is there with other content, and is left as it is`);
    }
  } finally {
    await rm(temporary, { force: true });
  }
}
