import { useWords } from '../../i18n/I18nProvider';
import classes from './FieldLabel.module.css';

interface Props {
  readonly label: string;
  readonly optional: boolean;
}

/** The name of a field, with "optional" beside it where it is. */
export function FieldLabel({ label, optional }: Props) {
  const t = useWords();
  return (
    <>
      {label}
      {optional ? (
        <>
          {' '}
          <span className={classes['optional']}>({t('ui.optional')})</span>
        </>
      ) : null}
    </>
  );
}
