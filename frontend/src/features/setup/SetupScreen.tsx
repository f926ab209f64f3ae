import { type ReactNode, useState } from 'react';
import type { CreatedClinic } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { LanguageSwitch, LockScreen, SchemeSwitch, StepList, useFocusStart } from '../../ui';
import { ClinicStep } from './ClinicStep';
import { ConfirmStep } from './ConfirmStep';
import { emptyDraft, type SetupDraft } from './draft';
import { SheetStep } from './SheetStep';
import { WelcomeStep } from './WelcomeStep';
import { YouStep } from './YouStep';

interface Props {
  /** The form that connects the phone number; told when it is done or put off. */
  readonly connect: (onDone: () => void) => ReactNode;
  /** A clinic comes back from a backup instead. */
  readonly onRestore: () => void;
  /** A clinic comes from another computer instead. */
  readonly onArrive: () => void;
  /** The clinic is ready to be used. */
  readonly onDone: () => void;
}

const steps = ['clinic', 'you', 'sheet', 'number'] as const;
type Step = 'welcome' | 'clinic' | 'you' | 'sheet' | 'confirm' | 'number';

/**
 * Makes a new clinic, one question at a time. The words of the recovery sheet
 * exist here and on paper only, so this screen must stay until they have been
 * typed back.
 */
export default function SetupScreen({ connect, onRestore, onArrive, onDone }: Props) {
  const t = useWords();
  const [step, setStep] = useState<Step>('welcome');
  const [draft, setDraft] = useState<SetupDraft>(emptyDraft);
  const [sheet, setSheet] = useState<CreatedClinic | null>(null);

  useFocusStart(step, step === 'welcome' || step === 'sheet' ? 'heading' : 'field');

  const body = () => {
    switch (step) {
      case 'welcome':
        return (
          <WelcomeStep onNext={() => setStep('clinic')} onRestore={onRestore} onArrive={onArrive} />
        );
      case 'clinic':
        return (
          <ClinicStep
            draft={draft}
            onDraft={setDraft}
            onNext={() => setStep('you')}
            onBack={() => setStep('welcome')}
          />
        );
      case 'you':
        return (
          <YouStep
            draft={draft}
            onDraft={setDraft}
            onBack={() => setStep('clinic')}
            onCreated={(created) => {
              setSheet(created);
              setStep('sheet');
            }}
          />
        );
      case 'sheet':
        return sheet ? (
          <SheetStep
            sheet={sheet}
            clinicName={draft.clinicName}
            onNext={() => setStep('confirm')}
          />
        ) : null;
      case 'confirm':
        return sheet ? (
          <ConfirmStep
            ask={sheet.ask}
            onBack={() => setStep('sheet')}
            onConfirmed={() => {
              setSheet(null);
              setStep('number');
            }}
          />
        ) : null;
      case 'number':
        return connect(onDone);
    }
  };

  return (
    <LockScreen
      title={t(`setup.${step}.title`)}
      lead={t(`setup.${step}.lead`)}
      aside={
        step === 'welcome' ? undefined : (
          <StepList
            label={t('setup.steps')}
            current={step === 'confirm' ? 'sheet' : step}
            steps={steps.map((key) => ({ key, title: t(`setup.step.${key}`) }))}
          />
        )
      }
      foot={
        <>
          <LanguageSwitch />
          <SchemeSwitch />
        </>
      }
    >
      {body()}
    </LockScreen>
  );
}
