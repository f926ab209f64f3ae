import { useQueryClient } from '@tanstack/react-query';
import { useKnownState, useMay } from '../../door/context';
import type { DoorError } from '../../door/error';
import type { PatientCard } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Button, CheckField, ErrorState, Quiet, Row, Rows, SelectField } from '../../ui';
import classes from './people.module.css';

interface Props {
  readonly card: PatientCard;
}

/** Who cares for a patient, and whether her texts are for them alone. */
export function CareSection({ card }: Props) {
  const t = useWords();
  const state = useKnownState();
  const mayAssign = useMay('care.assign');
  const mayRestrict = useMay('care.restrict');
  const queries = useQueryClient();
  const assign = useAction('care.assign');
  const end = useAction('care.end');
  const restrict = useAction('care.restrict');
  const done = async (call: Promise<unknown>) => {
    if (await call) await queries.invalidateQueries();
  };
  const free = (state?.members ?? []).filter(
    (m) => m.role === 'therapist' && !card.therapists.some((p) => p.id === m.id),
  );
  const error: DoorError | null = assign.error ?? end.error ?? restrict.error;
  return (
    <section className={classes['card']}>
      <h3 className={classes['cardHeading']}>{t('people.care.title')}</h3>
      {card.therapists.length === 0 ? <p>{t('people.care.nobody')}</p> : null}
      <Rows>
        {card.therapists.map((person) => (
          <Row
            key={person.id}
            name={person.name}
            actions={
              mayAssign ? (
                <Button
                  size="sm"
                  kind="quiet"
                  onClick={() => done(end.run({ patient: card.id, member: person.id }))}
                >
                  {t('people.care.end')}
                </Button>
              ) : undefined
            }
          />
        ))}
      </Rows>
      {mayAssign && free.length > 0 ? (
        <SelectField
          label={t('people.care.assign')}
          placeholder={t('people.care.choose')}
          value=""
          options={free.map((m) => ({ value: m.id, label: m.name }))}
          onChange={(member) => void done(assign.run({ patient: card.id, member }))}
          optional
        />
      ) : null}
      {mayRestrict ? (
        <CheckField
          label={t('people.care.only')}
          hint={t('people.care.onlyHint')}
          checked={card.cliniciansOnly}
          onChange={(only) => void done(restrict.run({ patient: card.id, only }))}
        />
      ) : card.cliniciansOnly ? (
        <Quiet>{t('people.care.isOnly')}</Quiet>
      ) : null}
      {error ? <ErrorState error={error} /> : null}
    </section>
  );
}
