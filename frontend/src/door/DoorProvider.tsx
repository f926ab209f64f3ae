import type { ReactNode } from 'react';
import { type Opened, OpenedDoor } from './context';

interface Props extends Opened {
  readonly children: ReactNode;
}

/** Gives the door and the program's state to every screen below. */
export function DoorProvider({ door, state, children }: Props) {
  return <OpenedDoor value={{ door, state }}>{children}</OpenedDoor>;
}
