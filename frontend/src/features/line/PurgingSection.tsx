import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError, DoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { lineKeys } from '../../door/keys';
import type { PurgeRule, Purging } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { usePurging } from '../../door/useLine';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Actions,
  Button,
  ChoiceField,
  Dialog,
  DialogForm,
  ErrorState,
  FactList,
  SelectField,
  Skeleton,
  useNow,
  useToast,
} from '../../ui';
import classes from './LineSection.module.css';
import { PaperDialog } from './PaperDialog';
import { Certificate, PrintedPurging } from './PrintedPurging';

/** What becomes of texts at the phone service once they are safe here. */
export function PurgingSection() {
  const purging = usePurging();
  if (failed(purging)) {
    return <ErrorState error={asDoorError(purging.error)} onRetry={() => void purging.refetch()} />;
  }
  if (!purging.data) return <Skeleton shape="details" count={2} />;
  return <Known purging={purging.data} />;
}

function Known({ purging }: { readonly purging: Purging }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const mayEdit = useMay('settings.edit');
  const [changing, setChanging] = useState(false);
  const [paper, setPaper] = useState(false);
  const gone = purging.emptied + purging.deleted;
  return (
    <div className={classes['section']}>
      <h3 className={classes['heading']}>{t('line.purging.title')}</h3>
      {purging.waits ? (
        <ErrorState error={new DoorError(purging.waits.code, purging.waits.params)} />
      ) : null}
      <FactList
        facts={[
          {
            term: t('line.purging.rule'),
            value:
              purging.rule === 'nothing'
                ? t('line.purging.rules.nothing')
                : t('line.purging.after', {
                    rule: t(`line.purging.rules.${purging.rule}`),
                    count: purging.days,
                  }),
          },
          ...(purging.keptAttachments + purging.keptWords > 0
            ? [
                {
                  term: t('line.purging.kept'),
                  value: [
                    ...(purging.keptAttachments > 0
                      ? [t('line.purging.keptAttachments', { count: purging.keptAttachments })]
                      : []),
                    ...(purging.keptWords > 0
                      ? [t('line.purging.keptWords', { count: purging.keptWords })]
                      : []),
                  ].join(' '),
                },
              ]
            : []),
          ...(gone > 0
            ? [
                {
                  term: t('line.purging.done'),
                  value: [
                    ...(purging.emptied > 0
                      ? [t('line.purging.emptied', { count: purging.emptied })]
                      : []),
                    ...(purging.deleted > 0
                      ? [t('line.purging.deleted', { count: purging.deleted })]
                      : []),
                    ...(purging.at
                      ? [t('line.purging.last', { time: formats.dateTime(purging.at, now) })]
                      : []),
                  ].join(' '),
                },
              ]
            : []),
        ]}
      />
      <Actions>
        {mayEdit ? (
          <Button onClick={() => setChanging(true)}>{t('line.purging.change')}</Button>
        ) : null}
        {gone > 0 ? (
          <Button kind="quiet" onClick={() => setPaper(true)}>
            {t('line.purging.certificate')}
          </Button>
        ) : null}
      </Actions>
      <PaperDialog
        open={paper}
        title={t('line.purging.certificate')}
        print={t('line.purging.print')}
        onClose={() => setPaper(false)}
      >
        {() => (
          <>
            <Certificate purging={purging} />
            <PrintedPurging purging={purging} />
          </>
        )}
      </PaperDialog>
      <Dialog
        open={changing}
        onClose={() => setChanging(false)}
        title={t('line.purging.title')}
        width="md"
      >
        {changing ? <RuleForm purging={purging} onClose={() => setChanging(false)} /> : null}
      </Dialog>
    </div>
  );
}

const spans = ['17', '30', '60', '90', '180', '365'] as const;

function RuleForm({
  purging,
  onClose,
}: {
  readonly purging: Purging;
  readonly onClose: () => void;
}) {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const save = useAction('line.setPurging');
  const [rule, setRule] = useState<PurgeRule>(purging.rule);
  const [days, setDays] = useState(String(purging.days));
  const submit = async () => {
    const saved = await save.run({ rule, days: Number(days) });
    if (!saved) return;
    queries.setQueryData(lineKeys.purging, saved);
    toast({ tone: 'ok', title: t('settings.saved') });
    onClose();
  };
  const known = [...new Set([...spans, String(purging.days)])].sort(
    (a, b) => Number(a) - Number(b),
  );
  return (
    <DialogForm
      action={t('line.purging.save')}
      busy={save.running}
      error={save.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t('line.purging.lead')}</p>
      <ChoiceField
        label={t('line.purging.rule')}
        value={rule}
        onChange={setRule}
        choices={(['nothing', 'words', 'all'] as const).map((value) => ({
          value,
          label: t(`line.purging.rules.${value}`),
          hint: t(`line.purging.hints.${value}`),
        }))}
      />
      {rule === 'nothing' ? null : (
        <>
          <SelectField
            label={t('line.purging.age')}
            value={days}
            onChange={setDays}
            options={known.map((value) => ({
              value,
              label: t('line.purging.days', { count: Number(value) }),
            }))}
          />
          <p>{t('line.purging.safe')}</p>
          <p>{t('line.purging.keeps')}</p>
        </>
      )}
    </DialogForm>
  );
}
