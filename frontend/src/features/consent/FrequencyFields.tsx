import { useWords } from '../../i18n/I18nProvider';
import { SelectField } from '../../ui';
import classes from './PaperForm.module.css';

/** At most so many texts a day and a week that the patient did not ask for; 0 is no limit. */
export interface Frequency {
  readonly perDay: number;
  readonly perWeek: number;
}

interface Props {
  readonly day: string;
  readonly week: string;
  readonly hint: string;
  /** The word for no limit. */
  readonly none: string;
  readonly value: Frequency;
  readonly onChange: (change: Partial<Frequency>) => void;
}

/** How often texts are welcome, asked of whoever fills it in. */
export function FrequencyFields({ day, week, hint, none, value, onChange }: Props) {
  const t = useWords();
  return (
    <div className={`${classes['pair']} ${classes['counts']}`}>
      <SelectField
        label={day}
        value={String(value.perDay)}
        options={counts([0, 1, 2, 3], value.perDay, (count) =>
          count === 0 ? none : t('paper.atMostDay', { count }),
        )}
        onChange={(count) => onChange({ perDay: Number(count) })}
      />
      <SelectField
        label={week}
        hint={hint}
        value={String(value.perWeek)}
        options={counts([0, 1, 2, 3, 4, 5, 6, 7], value.perWeek, (count) =>
          count === 0 ? none : t('paper.atMost', { count }),
        )}
        onChange={(count) => onChange({ perWeek: Number(count) })}
      />
    </div>
  );
}

/** The usual counts, and the one that is set already. */
function counts(usual: readonly number[], set: number, label: (count: number) => string) {
  return [...new Set([...usual, set])].map((n) => ({ value: String(n), label: label(n) }));
}
