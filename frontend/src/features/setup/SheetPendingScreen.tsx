import { useState } from 'react';
import type { CreatedClinic, State } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { LockScreen, StepForm, useFocusStart } from '../../ui';
import { ConfirmStep } from './ConfirmStep';
import { SheetStep } from './SheetStep';

interface Props {
  readonly clinicName: string;
  /** A sheet that is in force is replaced, instead of one that nobody has checked yet. */
  readonly replaces: boolean;
  readonly onConfirmed: (state: State) => void;
  readonly onLater: () => void;
}

/** The recovery sheet that was put off, interrupted or lost: shown, printed, typed back. */
export default function SheetPendingScreen({ clinicName, replaces, onConfirmed, onLater }: Props) {
  const t = useWords();
  const [sheet, setSheet] = useState<CreatedClinic | null>(null);
  const [typing, setTyping] = useState(false);
  const show = useAction('clinic.showSheet');
  const step = !sheet ? (replaces ? 'replace' : 'pending') : typing ? 'confirm' : 'sheet';

  useFocusStart(step, step === 'confirm' ? 'field' : 'heading');

  const body = () => {
    if (!sheet) {
      const ask = async () => setSheet(await show.run({}));
      return (
        <StepForm
          action={t('setup.pending.show')}
          back={replaces ? t('ui.cancel') : t('setup.pending.later')}
          busy={show.running}
          error={show.error}
          onSubmit={() => ask()}
          onBack={onLater}
        >
          <p>{replaces ? t('setup.replace.body') : t('setup.pending.body')}</p>
        </StepForm>
      );
    }
    return typing ? (
      <ConfirmStep ask={sheet.ask} onBack={() => setTyping(false)} onConfirmed={onConfirmed} />
    ) : (
      <SheetStep sheet={sheet} clinicName={clinicName} onNext={() => setTyping(true)} />
    );
  };

  return (
    <LockScreen title={t(`setup.${step}.title`)} lead={t(`setup.${step}.lead`)}>
      {body()}
    </LockScreen>
  );
}
