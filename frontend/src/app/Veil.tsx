import { useEffect, useState } from 'react';
import { useDeviceSettings } from '../door/useLine';
import { Cover } from './Cover';

/**
 * Covers the desk while another window is in front, where this computer is set
 * to. What lies below keeps its place.
 */
export function Veil() {
  const device = useDeviceSettings();
  const wanted = device.data?.coverAway ?? false;
  const [away, setAway] = useState(false);
  useEffect(() => {
    if (!wanted) return;
    const look = () => setAway(!document.hasFocus());
    const signs = ['blur', 'focus'] as const;
    for (const sign of signs) window.addEventListener(sign, look);
    document.addEventListener('visibilitychange', look);
    look();
    return () => {
      for (const sign of signs) window.removeEventListener(sign, look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [wanted]);
  return wanted && away ? <Cover over covered /> : null;
}
