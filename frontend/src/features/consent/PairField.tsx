import type { FormRow } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { SelectField } from '../../ui';
import { pairsFor } from './paper';

interface Props {
  /** The form that is written or attached. */
  readonly of: Pick<FormRow, 'language' | 'variant'>;
  readonly forms: readonly FormRow[];
  readonly value: string;
  readonly onChange: (pair: string) => void;
}

/** Which form says the same in the other language. */
export function PairField({ of, forms, value, onChange }: Props) {
  const t = useWords();
  return (
    <SelectField
      optional
      label={t('consents.forms.pair')}
      hint={t('consents.forms.pairHint')}
      value={value}
      onChange={onChange}
      options={[
        { value: '', label: t('consents.forms.noPair') },
        ...pairsFor(of, forms).map(({ version }) => ({ value: version, label: version })),
      ]}
    />
  );
}
