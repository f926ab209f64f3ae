import { IconPrinter } from '@tabler/icons-react';
import { Button } from '../control/Button';
import { QrCode } from '../control/QrCode';
import { WordGrid } from '../control/WordGrid';
import { StepForm } from '../form/StepForm';
import { StepList } from '../form/StepList';
import { LockScreen } from '../frame/LockScreen';
import classes from './Gallery.module.css';
import { useGalleryWords } from './useGalleryWords';

const words = [
  'amber',
  'bridge',
  'candle',
  'desert',
  'engine',
  'forest',
  'garden',
  'harbor',
  'island',
  'jacket',
  'kitten',
  'lemon',
];

const nothing = () => {};

/** A step of a set-up. */
export function SetupSample() {
  const w = useGalleryWords();
  return (
    <LockScreen
      title={w.sheetTitle}
      lead={w.sheetLead}
      aside={
        <StepList
          label={w.stepsLabel}
          current="sheet"
          steps={[
            { key: 'clinic', title: w.stepClinic },
            { key: 'you', title: w.stepYou },
            { key: 'sheet', title: w.stepSheet },
            { key: 'phone', title: w.stepPhone },
          ]}
        />
      }
    >
      <WordGrid words={words} />
      <QrCode text={words.join(' ')} />
      <div className={classes['pair']}>
        <Button icon={<IconPrinter size="1.125rem" aria-hidden="true" />}>{w.printSheet}</Button>
      </div>
      <StepForm action={w.next} error={null} onSubmit={nothing} onBack={nothing}>
        {null}
      </StepForm>
    </LockScreen>
  );
}
