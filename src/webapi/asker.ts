import type { Caller } from './api.ts';
import { type Access, type Asker, fullAccess } from './plan/asker.ts';
import { defaultSettings, type Settings } from './plan/settings.ts';

/** What planning needs to know about the caller. */
export const askerOf = (
  { userId, businessUnitId }: Caller,
  access: Access = fullAccess,
  settings: Settings = defaultSettings,
  now: Date = new Date(),
): Asker => ({
  userId,
  businessUnitId,
  access,
  settings,
  now,
});
