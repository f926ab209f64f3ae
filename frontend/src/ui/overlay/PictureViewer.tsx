import { Modal } from '@mantine/core';
import {
  IconChevronLeft,
  IconChevronRight,
  IconDownload,
  IconZoomIn,
  IconZoomOut,
  IconZoomReset,
} from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { IconButton } from '../control/IconButton';
import classes from './PictureViewer.module.css';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  /** What the picture is; heads the dialog and is read to those who do not see it. */
  readonly title: string;
  /** Where the picture is; null while it is on its way. */
  readonly src: string | null;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Stands in place of a picture that cannot be shown, or is on its way. */
  readonly instead?: ReactNode;
  readonly onPrevious?: (() => void) | undefined;
  readonly onNext?: (() => void) | undefined;
  /** Asks where a copy is to be saved. */
  readonly onSave?: (() => void) | undefined;
}

/** Sizes as shares of the picture's own; null is as large as the window allows. */
const sizes = [null, 0.5, 1, 2, 4] as const;

/**
 * A picture in full. Buttons and the keys + and − make it larger and smaller,
 * the arrows go to the next one, Esc closes it.
 */
export function PictureViewer(props: Props) {
  const t = useWords();
  const { open, onClose, title, src, onPrevious, onNext } = props;
  const [chosen, setChosen] = useState<{ src: string | null; size: number }>({ src, size: 0 });
  // Each picture begins as large as the window allows.
  const size = chosen.src === src ? chosen.size : 0;
  const choose = (next: number) => setChosen({ src, size: next });
  const larger = () => choose(size === 0 ? 2 : Math.min(size + 1, sizes.length - 1));
  const smaller = () => choose(Math.max(size - 1, 0));
  const press = (event: KeyboardEvent) => {
    const done = {
      '+': larger,
      '=': larger,
      '-': smaller,
      ArrowLeft: onPrevious,
      ArrowRight: onNext,
    }[event.key];
    if (!done || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    done();
  };
  return (
    <Modal
      opened={open}
      onClose={onClose}
      onKeyDown={press}
      title={title}
      size="min(80rem, calc(100vw - 2rem))"
      centered
      radius="lg"
      padding="md"
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      classNames={{
        content: classes['content'] ?? '',
        header: classes['header'] ?? '',
        title: classes['title'] ?? '',
        body: classes['body'] ?? '',
      }}
      overlayProps={{ backgroundOpacity: 0.6 }}
    >
      <Stage
        {...props}
        share={sizes[size] ?? null}
        onLarger={larger}
        onSmaller={smaller}
        onFit={() => choose(0)}
      />
    </Modal>
  );
}

interface StageProps extends Props {
  readonly share: number | null;
  readonly onLarger: () => void;
  readonly onSmaller: () => void;
  readonly onFit: () => void;
}

function Stage(props: StageProps) {
  const t = useWords();
  const formats = useFormats();
  const { title, src, width, height, instead, share, onPrevious, onNext, onSave } = props;
  const icon = { size: '1.25rem' } as const;
  return (
    <>
      <div className={classes['tools']}>
        {src ? (
          <>
            <IconButton
              label={t('picture.smaller')}
              icon={<IconZoomOut {...icon} />}
              onClick={props.onSmaller}
            />
            <span className={classes['said']} aria-live="polite">
              {share === null ? t('picture.fitted') : formats.percent(share)}
            </span>
            <IconButton
              label={t('picture.larger')}
              icon={<IconZoomIn {...icon} />}
              onClick={props.onLarger}
            />
            <IconButton
              label={t('picture.fit')}
              icon={<IconZoomReset {...icon} />}
              onClick={props.onFit}
            />
          </>
        ) : null}
        <span className={classes['between']} />
        {src && onSave ? (
          <IconButton
            label={t('picture.save')}
            icon={<IconDownload {...icon} />}
            onClick={onSave}
          />
        ) : null}
        {onPrevious ? (
          <IconButton
            label={t('picture.previous')}
            icon={<IconChevronLeft {...icon} />}
            onClick={onPrevious}
          />
        ) : null}
        {onNext ? (
          <IconButton
            label={t('picture.next')}
            icon={<IconChevronRight {...icon} />}
            onClick={onNext}
          />
        ) : null}
      </div>
      {src ? (
        <section
          className={`${classes['stage']} ${share === null ? classes['fitted'] : ''}`}
          aria-label={title}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a picture larger than its place is moved with the arrow keys
          tabIndex={0}
        >
          <img
            src={src}
            alt={title}
            draggable={false}
            style={share === null ? undefined : { width: width * share, height: height * share }}
          />
        </section>
      ) : (
        <div className={classes['instead']}>{instead}</div>
      )}
    </>
  );
}
