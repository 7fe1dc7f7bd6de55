import { messageOf } from '../../model/index.js';
import type { AlertMessage } from '../messages/AlertMessage.js';
import type { PictureHome } from './PictureHome.js';
import type { PictureStore } from './PictureStore.js';

/** What messages show of an incident. */
export interface MessagePictures {
  /** The picture as a message names it, put where it can be had if there is such a place. Never throws. */
  readonly picture: (incidentId: string) => Promise<AlertMessage['picture']>;
  /** The picture itself, as mails carry it; undefined when there is none. Never throws. */
  readonly png: (incidentId: string) => Promise<Uint8Array | undefined>;
}

/**
 * Pictures for messages. What cannot be read, drawn or put is said to `failed`, and the message goes without: it says the same in
 * words.
 *
 * @param home opened when the first picture is put there; undefined where none is configured
 */
export function messagePictures(
  store: PictureStore,
  home: (() => Promise<PictureHome | undefined>) | undefined,
  failed: (reason: string) => void,
): MessagePictures {
  const drawn = async (svg: string): Promise<Uint8Array> => {
    const { renderPng } = await import('../../charts/index.js');
    return renderPng(svg);
  };
  const orNothing = async <T>(incidentId: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      failed(`the picture of ${incidentId} is left out: ${messageOf(error)}`);
      return undefined;
    }
  };
  return {
    picture: async (incidentId) => {
      const kept = await orNothing(incidentId, () => store.read(incidentId));
      if (kept === undefined) return undefined;
      const url = await orNothing(incidentId, async () => (await home?.())?.put(incidentId, await drawn(kept.svg)));
      return { alt: kept.alt, ...(url === undefined ? {} : { url }) };
    },
    png: (incidentId) =>
      orNothing(incidentId, async () => {
        const kept = await store.read(incidentId);
        return kept === undefined ? undefined : drawn(kept.svg);
      }),
  };
}
