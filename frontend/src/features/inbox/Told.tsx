import { useTranslation } from 'react-i18next';
import type { Told as Part, PatientCard } from '../../door/shapes';
import { useSettings } from '../../door/useLine';
import { useWords } from '../../i18n/I18nProvider';
import { useReasonWords } from '../../terms/reasons';
import { Button, Marked, Notice } from '../../ui';
import classes from './Told.module.css';

interface Props {
  readonly told: readonly Part[];
  readonly patient: PatientCard | null;
  readonly body: string;
  /** The words before the neutral ones took their place. */
  readonly before: string | null;
  readonly onBody: (body: string) => void;
}

/**
 * What the words of a text tell about somebody, and a wording that tells nothing.
 * It stands there too where the patient agreed to hear of it: the screen of a phone
 * is read by others.
 */
export function Told({ told, patient, body, before, onBody }: Props) {
  const t = useWords();
  const reason = useReasonWords();
  const neutral = useNeutral(patient);
  const kinds = [...new Set(told.map((part) => part.kind))].map((kind) => ({
    kind,
    words: [...new Set(told.filter((part) => part.kind === kind).map((part) => part.words))],
  }));

  if (before !== null && body === neutral) {
    return (
      <div className={classes['back']}>
        <Button kind="quiet" onClick={() => onBody(before)}>
          {t('inbox.told.back')}
        </Button>
      </div>
    );
  }
  if (kinds.length === 0) return null;
  return (
    <Notice
      live
      tone={told.some((part) => part.asks || part.stops) ? 'warn' : 'info'}
      title={t('inbox.told.title')}
      action={
        neutral && body.trim() !== neutral ? (
          <Button kind="quiet" onClick={() => onBody(neutral)}>
            {t('inbox.told.neutral')}
          </Button>
        ) : undefined
      }
    >
      <ul className={classes['words']}>
        {kinds.map(({ kind, words }) => (
          <li key={kind}>
            {words.map((word) => (
              <span key={word}>
                <Marked text={word} marks={[{ from: 0, to: word.length }]} />{' '}
              </span>
            ))}
            {reason({ code: kind, params: {}, source: '', next: '' }).why}
          </li>
        ))}
      </ul>
      <p>{t('inbox.told.clean')}</p>
    </Notice>
  );
}

/** A text that tells nothing, in the patient's language; empty until it can be made. */
function useNeutral(patient: PatientCard | null): string {
  const { i18n } = useTranslation();
  const { data } = useSettings();
  if (!data || !patient) return '';
  return i18n.getFixedT(patient.language)('inbox.told.neutralText', {
    clinic: data.clinicName,
    phone: data.officePhone,
  });
}
