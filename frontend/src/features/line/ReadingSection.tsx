import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError, DoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { lineKeys } from '../../door/keys';
import type { LineReading } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useReading } from '../../door/useLine';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Actions, Button, ErrorState, FactList, Progress, Skeleton, useNow } from '../../ui';
import { CheckOutcome } from './CheckOutcome';
import classes from './LineSection.module.css';
import { PaperDialog } from './PaperDialog';
import { CheckPaper, PrintedCheck } from './PrintedCheck';

/** Whether all texts that the phone service lists are here, and what can be done. */
export function ReadingSection() {
  const reading = useReading();
  if (failed(reading)) {
    return <ErrorState error={asDoorError(reading.error)} onRetry={() => void reading.refetch()} />;
  }
  if (!reading.data) return <Skeleton shape="details" count={2} />;
  return <Known reading={reading.data} />;
}

function Known({ reading }: { readonly reading: LineReading }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const queries = useQueryClient();
  const mayEdit = useMay('settings.edit');
  const compare = useAction('line.compare');
  const pause = useAction('line.pauseHistory');
  const [paper, setPaper] = useState(false);
  const take = (fresh: LineReading | null) => {
    if (fresh) queries.setQueryData(lineKeys.reading, fresh);
  };
  const state = t(`line.reading.history.${reading.history}`);
  const error = compare.error ?? pause.error;
  return (
    <div className={classes['section']}>
      <h3 className={classes['heading']}>{t('line.reading.title')}</h3>
      {reading.alarm ? (
        <ErrorState error={new DoorError(reading.alarm.code, reading.alarm.params)} />
      ) : null}
      <FactList
        facts={[
          {
            term: t('line.reading.earlier'),
            value: reading.backTo
              ? t('line.reading.back', { state, date: formats.date(reading.backTo) })
              : state,
          },
          {
            term: t('line.reading.checked'),
            value: reading.compared
              ? formats.dateTime(reading.compared, now)
              : t('line.reading.never'),
          },
          ...(reading.compared && mayEdit
            ? [{ term: t('line.reading.result'), value: <CheckOutcome reading={reading} /> }]
            : []),
        ]}
      />
      {reading.work === 'none' || !mayEdit ? null : (
        <Progress
          label={t(`line.reading.working.${reading.work}`, {
            number: formats.number(reading.done),
          })}
          done={reading.done}
          total={0}
        />
      )}
      {reading.failed && reading.work === 'none' ? <p>{t('line.reading.failed')}</p> : null}
      {error ? <ErrorState error={error} /> : null}
      <Actions>
        <Button
          busy={compare.running || reading.work === 'compare'}
          onClick={() => compare.run({}).then(take)}
        >
          {t('line.reading.check')}
        </Button>
        {reading.compared && mayEdit ? (
          <Button kind="quiet" onClick={() => setPaper(true)}>
            {t('line.reading.paper.open')}
          </Button>
        ) : null}
        {mayEdit && (reading.history === 'going' || reading.history === 'paused') ? (
          <Button
            kind="quiet"
            busy={pause.running}
            onClick={() => pause.run({ paused: reading.history === 'going' }).then(take)}
          >
            {reading.history === 'going' ? t('line.reading.pause') : t('line.reading.goOn')}
          </Button>
        ) : null}
      </Actions>
      <PaperDialog
        open={paper}
        title={t('line.reading.paper.title')}
        print={t('line.reading.paper.print')}
        onClose={() => setPaper(false)}
      >
        {() => (
          <>
            <CheckPaper reading={reading} />
            <PrintedCheck reading={reading} />
          </>
        )}
      </PaperDialog>
    </div>
  );
}
