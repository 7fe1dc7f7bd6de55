import { type Incident, messageOf } from '../../model/index.js';
import type { JudgedPanel } from '../policy/policyWindow.js';
import type { PictureStore } from './PictureStore.js';
import { pictureOf } from './pictureOf.js';

/** Draws incidents and keeps their pictures. */
export type KeepPictures = (incidents: readonly Incident[], verdicts: readonly JudgedPanel[]) => Promise<void>;

/**
 * Draws the incidents people are about to be told of. A page must not wait for its picture nor be lost with it: what cannot be drawn
 * or kept is said to `failed`, and nothing is thrown. The library that draws is loaded when there is something to draw.
 */
export function keepPictures(store: PictureStore, failed: (reason: string) => void): KeepPictures {
  return async (incidents, verdicts) => {
    for (const incident of incidents) {
      const picture = pictureOf(incident, verdicts);
      if (picture === undefined) continue;
      try {
        const { describeFinding, drawFinding } = await import('../../charts/index.js');
        await store.keep({
          incident_id: incident.id,
          at: incident.last.at,
          alt: describeFinding(picture),
          svg: drawFinding(picture),
        });
      } catch (error) {
        failed(`${incident.key} has no picture: ${messageOf(error)}`);
      }
    }
  };
}
