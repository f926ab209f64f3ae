import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { applyTopics } from '../../door/changes';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { Incident } from '../../door/shapes';
import { useIncident } from '../../door/useIncidents';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { stepLine, stepMore } from '../../terms/incidents';
import { Actions, Button, Dialog, ErrorState, FactList, Quiet, Skeleton, useNow } from '../../ui';
import { Due } from './Due';
import { IncidentSteps, type Step } from './IncidentSteps';
import classes from './incidents.module.css';

interface Props {
  /** The incident that is looked at; closed while null. */
  readonly incident: string | null;
  readonly onClose: () => void;
  readonly onText: (thread: string, message: string) => void;
  readonly onPrint: (incident: string) => void;
}

/** An incident: what is known, what is due, what happened so far, and the next steps. */
export function IncidentDialog({ incident, ...rest }: Props) {
  const t = useWords();
  return (
    <Dialog open={incident !== null} onClose={rest.onClose} title={t('incidents.one')}>
      {incident === null ? null : <Look incident={incident} {...rest} />}
    </Dialog>
  );
}

function Look({ incident, onText, onPrint }: Props & { readonly incident: string }) {
  const t = useWords();
  const queries = useQueryClient();
  const query = useIncident(incident);
  const [step, setStep] = useState<Step | ''>('');
  if (failed(query)) {
    return <ErrorState error={asDoorError(query.error)} onRetry={() => void query.refetch()} />;
  }
  if (!query.data) return <Skeleton shape="details" />;
  const { row } = query.data;
  const changed = () => applyTopics(queries, 'incident', 'patient', 'thread', 'line');
  return (
    <div className={classes['column']}>
      <Facts incident={query.data} />
      {/* Both lead away, and a step that is being written would be lost. */}
      {step === '' ? (
        <Actions>
          <Button onClick={() => onText(row.thread, row.message)}>{t('incidents.showText')}</Button>
          <Button onClick={() => onPrint(row.id)}>{t('incidents.print')}</Button>
        </Actions>
      ) : null}
      <History incident={query.data} />
      <IncidentSteps row={row} step={step} onStep={setStep} onChanged={changed} />
    </div>
  );
}

function Facts({ incident: { row } }: { readonly incident: Incident }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  return (
    <FactList
      facts={[
        ...(row.about ? [{ term: t('incidents.fact.about'), value: row.about.name }] : []),
        {
          term: t('incidents.fact.recipient'),
          value:
            row.recipient === ''
              ? row.phone
              : `${t(`incidents.recipient.${row.recipient}`)} · ${row.phone}`,
        },
        { term: t('incidents.fact.happened'), value: formats.dateTime(row.happened, now) },
        { term: t('incidents.fact.found'), value: formats.day(row.found) },
        {
          term: t('incidents.fact.contents'),
          value: formats.list(row.contents.map((c) => t(`incidents.content.${c}`))),
        },
        {
          term: t('incidents.fact.number'),
          value: t(row.pauses ? 'incidents.fact.paused' : 'incidents.fact.decided'),
        },
        ...(row.due.length > 0
          ? [{ term: t('incidents.fact.due'), value: <Due row={row} /> }]
          : []),
        ...(row.closedAt
          ? [{ term: t('incidents.fact.closed'), value: formats.dateTime(row.closedAt, now) }]
          : []),
      ]}
    />
  );
}

function History({ incident: { steps } }: { readonly incident: Incident }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  return (
    <section aria-labelledby="incident-history">
      <h3 className={classes['label']} id="incident-history">
        {t('incidents.history')}
      </h3>
      <ol className={classes['steps']}>
        {steps.map((step) => (
          <li key={`${step.at}-${step.what}`} className={classes['step']}>
            <p className={classes['name']}>{stepLine(t, formats, step)}</p>
            <Quiet>
              {formats.dateTime(step.at, now)} · {step.by}
            </Quiet>
            {stepMore(t, step).map((line) => (
              <p key={line} dir="auto">
                {line}
              </p>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}
