import { isMantineColorScheme, type MantineColorSchemeManager } from '@mantine/core';

const key = 'quietline.scheme';

/**
 * Remembers light or dark on this machine: the lock screen must know it before
 * anyone has signed in, and it tells nothing about a patient. A storage that is
 * missing or refuses is the same as an empty one.
 */
export function rememberedScheme(storage: Storage | null): MantineColorSchemeManager {
  return {
    get: (fallback) => {
      try {
        const value = storage?.getItem(key);
        return isMantineColorScheme(value) ? value : fallback;
      } catch {
        return fallback;
      }
    },
    set: (value) => {
      try {
        storage?.setItem(key, value);
      } catch {
        // The choice then lasts until the window closes.
      }
    },
    subscribe: () => {},
    unsubscribe: () => {},
    clear: () => {
      try {
        storage?.removeItem(key);
      } catch {
        // Nothing was kept.
      }
    },
  };
}
