import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { settingsKeys } from '../../door/keys';
import type { SheetStanding } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useSheet } from '../../door/useSession';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Button,
  ConfirmDialog,
  Dialog,
  DialogForm,
  ErrorState,
  FactList,
  Notice,
  Skeleton,
  TextField,
  useToast,
} from '../../ui';
import classes from './SheetSection.module.css';

interface Props {
  /** Draws, prints and confirms a new sheet. */
  readonly onNew: () => void;
}

/** The recovery sheet: when the paper was last looked at, its yearly check, and a new one. */
export function SheetSection({ onNew }: Props) {
  const t = useWords();
  const mayEdit = useMay('settings.edit');
  const sheet = useSheet();
  const [asked, setAsked] = useState<'' | 'check' | 'new'>('');
  if (failed(sheet)) {
    return <ErrorState error={asDoorError(sheet.error)} onRetry={() => void sheet.refetch()} />;
  }
  if (!sheet.data) return <Skeleton shape="details" />;
  const close = () => setAsked('');
  return (
    <div className={classes['column']}>
      <p className={classes['lead']}>{t('sheet.lead')}</p>
      <Standing sheet={sheet.data} />
      {mayEdit ? (
        <div className={classes['deeds']}>
          <Button onClick={() => setAsked('check')}>{t('sheet.check')}</Button>
          <Button onClick={() => setAsked('new')}>{t('sheet.new')}</Button>
        </div>
      ) : null}
      <Dialog open={asked === 'check'} onClose={close} title={t('sheet.checkTitle')}>
        {asked === 'check' ? <Check onClose={close} /> : null}
      </Dialog>
      <ConfirmDialog
        open={asked === 'new'}
        title={t('sheet.newTitle')}
        confirm={t('sheet.new')}
        onConfirm={() => {
          close();
          onNew();
        }}
        onCancel={close}
      >
        <p>{t('sheet.newBody')}</p>
        <p>{t('sheet.newCopies')}</p>
      </ConfirmDialog>
    </div>
  );
}

function Standing({ sheet }: { readonly sheet: SheetStanding }) {
  const t = useWords();
  const formats = useFormats();
  const date = (at: string) => formats.day(formats.dayOf(at));
  return (
    <>
      {sheet.check === 'due' || sheet.check === 'overdue' ? (
        <Notice tone={sheet.check === 'due' ? 'info' : 'warn'} title={t('sheet.dueTitle')} compact>
          {t('sheet.dueBody')}
        </Notice>
      ) : null}
      <FactList
        facts={[
          { term: t('sheet.made'), value: date(sheet.made) },
          { term: t('sheet.proven'), value: sheet.proven ? date(sheet.proven) : t('sheet.never') },
          ...(sheet.due ? [{ term: t('sheet.due'), value: date(sheet.due) }] : []),
        ]}
      />
    </>
  );
}

function Check({ onClose }: { readonly onClose: () => void }) {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const check = useAction('clinic.checkSheet');
  const [words, setWords] = useState('');
  const submit = async () => {
    const now = await check.run({ words });
    if (!now) return;
    setWords('');
    queries.setQueryData(settingsKeys.sheet, now);
    toast({ tone: 'ok', title: t('sheet.checked') });
    onClose();
  };
  return (
    <DialogForm
      action={t('sheet.check')}
      onSubmit={() => submit()}
      onCancel={onClose}
      error={check.error}
      busy={check.running}
      blocked={words.trim() === '' ? t('sheet.wordsFirst') : undefined}
    >
      <p>{t('sheet.checkLead')}</p>
      <TextField
        long
        autoFocus
        label={t('sheet.words')}
        hint={t('sheet.wordsHint')}
        value={words}
        onChange={(value) => {
          setWords(value);
          check.clear();
        }}
      />
    </DialogForm>
  );
}
