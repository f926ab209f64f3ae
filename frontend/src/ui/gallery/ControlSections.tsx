import { IconDots, IconLock, IconPrinter, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Avatar } from '../control/Avatar';
import { Button } from '../control/Button';
import { Chip } from '../control/Chip';
import { IconButton } from '../control/IconButton';
import { KeyHint } from '../control/KeyHint';
import { Mark } from '../control/Mark';
import { Popover } from '../overlay/Popover';
import { ConsentBadge, consentStates } from '../thread/ConsentBadge';
import classes from './Gallery.module.css';
import { Section } from './Section';
import { names } from './samples';
import { useGalleryWords } from './useGalleryWords';

const nothing = () => {};

export function ControlsSection() {
  const w = useGalleryWords();
  const [pressed, setPressed] = useState(true);
  return (
    <Section title={w.buttons}>
      <Button kind="main" icon={<IconUserPlus size="1.125rem" aria-hidden="true" />}>
        {w.mainButton}
      </Button>
      <Button icon={<IconPrinter size="1.125rem" aria-hidden="true" />}>{w.plainButton}</Button>
      <Button kind="quiet">{w.quietButton}</Button>
      <Button kind="danger">{w.dangerButton}</Button>
      <Button kind="main" blocked={w.blockedReason}>
        {w.blockedButton}
      </Button>
      <Button kind="main" busy>
        {w.busyButton}
      </Button>
      <Button kind="main" size="md">
        {w.mainButton}
      </Button>
      <IconButton label={w.more} icon={<IconDots size="1.25rem" />} onClick={nothing} />
      <IconButton
        label={w.lockNow}
        icon={<IconLock size="1.25rem" />}
        pressed={pressed}
        onClick={() => setPressed(!pressed)}
      />
      <KeyHint keys={['Mod', 'L']} />
      <Chip label={w.limit} onRemove={nothing} />
      <Popover label={w.limits} icon={<IconDots size="1.25rem" />} count={2}>
        <Chip label={w.limit} onRemove={nothing} />
      </Popover>
    </Section>
  );
}

export function MarksSection() {
  const w = useGalleryWords();
  return (
    <>
      <Section title={w.marks}>
        <Mark size={3} />
        <Avatar name="Maria Delgado" size="lg" />
        <Avatar name="Maria Delgado" size="sm" />
        <Avatar name={null} />
        {names.map((name) => (
          <span key={name} className={classes['person']} dir="auto">
            <Avatar name={name} />
            {name}
          </span>
        ))}
      </Section>
      <Section title={w.consent}>
        {consentStates.map((state) => (
          <ConsentBadge key={state} state={state} />
        ))}
      </Section>
    </>
  );
}
