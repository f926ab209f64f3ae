/** The key that goes with a letter for a command. */
export interface Modifier {
  readonly printed: string;
  /** As aria-keyshortcuts wants it. */
  readonly spoken: 'Meta' | 'Control';
}

/** Which one that is on the machine that a user agent names. */
export function modifier(userAgent: string): Modifier {
  return /Mac OS X|Macintosh/.test(userAgent)
    ? { printed: '⌘', spoken: 'Meta' }
    : { printed: 'Ctrl', spoken: 'Control' };
}
