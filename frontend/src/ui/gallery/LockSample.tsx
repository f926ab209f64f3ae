import { useState } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { Button } from '../control/Button';
import { ChoiceField } from '../form/ChoiceField';
import { Form } from '../form/Form';
import { PassphraseField } from '../form/PassphraseField';
import { LockScreen } from '../frame/LockScreen';
import { LanguageSwitch, SchemeSwitch } from '../frame/LookSwitch';
import { useGalleryWords } from './useGalleryWords';

/** Signing in. */
export function LockSample() {
  const w = useGalleryWords();
  const t = useWords();
  const [who, setWho] = useState<'ana' | 'lee'>('ana');
  const [secret, setSecret] = useState('');
  return (
    <LockScreen
      title={w.lockTitle}
      lead={w.lockLead}
      foot={
        <>
          <LanguageSwitch />
          <SchemeSwitch />
        </>
      }
    >
      <Form
        onSubmit={() => {}}
        actions={
          <Button kind="main" size="md" submit wide>
            {w.unlock}
          </Button>
        }
      >
        <ChoiceField
          label={w.who}
          value={who}
          choices={[
            { value: 'ana', label: 'Ana Ruiz', hint: t('roles.front_desk') },
            { value: 'lee', label: 'Dr. Lee', hint: t('roles.therapist') },
          ]}
          onChange={setWho}
        />
        <PassphraseField label={w.fieldPassphrase} value={secret} onChange={setSecret} />
      </Form>
    </LockScreen>
  );
}
