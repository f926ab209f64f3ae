import { useWords } from '../../i18n/I18nProvider';
import { CheckField, DateField } from '../../ui';

interface Props {
  /** The first day on which texts are welcome; null for the day of the signature. */
  readonly value: string | null;
  readonly error: string | undefined;
  readonly onChange: (begins: string | null) => void;
}

/** A first day later than the signature; most papers name none. */
export function BeginsField({ value, error, onChange }: Props) {
  const t = useWords();
  return (
    <>
      <CheckField
        label={t('paper.later')}
        hint={t('paper.laterHint')}
        checked={value !== null}
        onChange={(later) => onChange(later ? '' : null)}
      />
      {value === null ? null : (
        <DateField label={t('paper.begins')} value={value} error={error} onChange={onChange} />
      )}
    </>
  );
}
