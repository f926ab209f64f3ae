import { useMemo } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { useTerms, weekdays } from '../../terms/terms';
import { CheckGroup, ChoiceField, SelectField } from '../../ui';
import classes from './PaperForm.module.css';
import type { Paper } from './paper';

type Times = Pick<Paper, 'anyTime' | 'fromHour' | 'toHour' | 'weekdays'>;

interface Props {
  readonly paper: Times;
  readonly onChange: (change: Partial<Times>) => void;
  readonly error: string | undefined;
}

/** When the patient wants texts: at any time, or on some days between two hours. */
export function TimesFields({ paper, onChange, error }: Props) {
  const t = useWords();
  const terms = useTerms();
  const hours = useMemo(
    () =>
      Array.from({ length: 25 }, (_, hour) => ({ value: String(hour), label: terms.hour(hour) })),
    [terms],
  );
  return (
    <div className={classes['times']}>
      <ChoiceField
        inline
        label={t('paper.when')}
        value={paper.anyTime ? 'any' : 'some'}
        onChange={(when) => onChange({ anyTime: when === 'any' })}
        choices={[
          { value: 'any', label: t('paper.anyTime') },
          { value: 'some', label: t('paper.someTimes') },
        ]}
      />
      {paper.anyTime ? null : (
        <>
          <CheckGroup
            inline
            label={t('paper.days')}
            value={paper.weekdays.map(String)}
            error={error}
            onChange={(days) => onChange({ weekdays: days.map(Number) })}
            checks={weekdays.map((day) => ({ value: String(day), label: terms.weekdayShort(day) }))}
          />
          <div className={classes['hours']}>
            <SelectField
              label={t('paper.from')}
              value={String(paper.fromHour)}
              options={hours.slice(0, 24)}
              onChange={(hour) => onChange({ fromHour: Number(hour) })}
            />
            <SelectField
              label={t('paper.to')}
              value={String(paper.toHour)}
              options={hours.slice(1)}
              onChange={(hour) => onChange({ toHour: Number(hour) })}
            />
          </div>
        </>
      )}
    </div>
  );
}
