import {
  IconAddressBook,
  IconCalendarEvent,
  IconDownload,
  IconFile,
  IconFileOff,
  IconFileText,
  IconMicrophone,
  IconPhoto,
  IconVideo,
} from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { About } from '../control/About';
import classes from './FileTile.module.css';

const icons = {
  picture: IconPhoto,
  video: IconVideo,
  sound: IconMicrophone,
  paper: IconFileText,
  contact: IconAddressBook,
  date: IconCalendarEvent,
  file: IconFile,
  /** On its way. */
  coming: IconDownload,
  /** Not there, and not on its way. */
  lost: IconFileOff,
} as const;

/** What a tile stands for. */
export type FileTileKind = keyof typeof icons;

interface Props {
  readonly kind: FileTileKind;
  /** What it is, or what happened to it. */
  readonly title: string;
  /** Its format and size, or the next step. */
  readonly detail?: string | undefined;
  /** What can be done with it, or what came of that. */
  readonly children?: ReactNode;
}

/** Something that came with a text and is not shown as a picture. */
export function FileTile({ kind, title, detail, children }: Props) {
  const id = useId();
  const Icon = icons[kind];
  return (
    <div className={classes['tile']} data-kind={kind}>
      <Icon size="1.25rem" stroke={1.6} aria-hidden="true" />
      <div>
        <div id={id}>
          <p className={classes['title']}>{title}</p>
          {detail ? <p className={classes['detail']}>{detail}</p> : null}
        </div>
        {children ? (
          <About id={id}>
            <div className={classes['actions']}>{children}</div>
          </About>
        ) : null}
      </div>
    </div>
  );
}
