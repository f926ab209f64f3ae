import { createContext, type ReactNode, useContext } from 'react';

const AboutWhat = createContext<string | null>(null);

interface Props {
  /** The ids of the elements that say it, apart by spaces; null where the buttons say it all. */
  readonly id: string | null;
  readonly children: ReactNode;
}

/**
 * What the buttons inside are about. Many rows may each have a button with the same words:
 * who sees the list knows it from the place, who hears it by the name of the button.
 */
export function About({ id, children }: Props) {
  return <AboutWhat value={id}>{children}</AboutWhat>;
}

/** What names a button with an id of its own: its words, then what it is about. */
export function useNamedBy(own: string): string | undefined {
  const about = useContext(AboutWhat);
  return about === null ? undefined : `${own} ${about}`;
}
