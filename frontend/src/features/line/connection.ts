import type { LineStatus } from '../../door/shapes';
import type { Connection } from '../../ui';

/** Texts that came this long ago, or later, came as they should; in milliseconds. */
const fresh = 2 * 60_000;

/** The line as the banner shows it. */
export function connectionOf(status: LineStatus, now: Date): Connection {
  if (status.line === 'none') return { kind: 'never' };
  const heard = status.lastHeard;
  if (status.line === 'offline') return heard ? { kind: 'off', since: heard } : { kind: 'never' };
  if (!heard) return { kind: 'ok' };
  return now.getTime() - Date.parse(heard) > fresh ? { kind: 'late', heard } : { kind: 'ok' };
}
