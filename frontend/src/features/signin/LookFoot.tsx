import { useWords } from '../../i18n/I18nProvider';
import { Button, LanguageSwitch, SchemeSwitch } from '../../ui';

interface Props {
  /** The way for a computer that cannot open the clinic any more. */
  readonly onRecover?: () => void;
}

/** Language, appearance and help, where nobody has signed in yet. */
export function LookFoot({ onRecover }: Props) {
  const t = useWords();
  return (
    <>
      <LanguageSwitch />
      <SchemeSwitch />
      {onRecover ? (
        <Button kind="quiet" onClick={onRecover}>
          {t('signin.cannotOpen')}
        </Button>
      ) : null}
    </>
  );
}
