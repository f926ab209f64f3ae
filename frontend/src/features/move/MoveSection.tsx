import { useState } from 'react';
import type { State } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { PlaceField } from '../../terms/PlaceField';
import { Button, Dialog, DialogForm, Notice } from '../../ui';
import classes from './move.module.css';

interface Props {
  readonly onState: (state: State) => void;
}

/** Takes the clinic to another computer, from the settings of this one. */
export function MoveSection({ onState }: Props) {
  const t = useWords();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <div className={classes['row']}>
      <div className={classes['words']}>
        <p>{t('move.label')}</p>
        <p className={classes['quiet']}>{t('move.lead')}</p>
      </div>
      <Button onClick={() => setOpen(true)}>{t('move.action')}</Button>
      <Dialog open={open} onClose={close} title={t('move.title')}>
        {open ? <Question onState={onState} onClose={close} /> : null}
      </Dialog>
    </div>
  );
}

function Question({ onState, onClose }: Props & { readonly onClose: () => void }) {
  const t = useWords();
  const [folder, setFolder] = useState('');
  const begin = useAction('move.begin');
  const submit = async () => {
    const state = await begin.run({ folder: folder.trim() });
    if (state) onState(state);
  };
  return (
    <DialogForm
      action={t('move.begin')}
      onSubmit={() => submit()}
      onCancel={onClose}
      error={begin.error}
      busy={begin.running}
      blocked={folder.trim() === '' ? t('move.folderFirst') : undefined}
    >
      <ol className={classes['steps']}>
        <li>{t('move.stepFile')}</li>
        <li>{t('move.stepCode')}</li>
        <li>{t('move.stepThere')}</li>
      </ol>
      <Notice tone="warn" title={t('move.thenHere')}>
        <p>{t('move.thenHereBody')}</p>
      </Notice>
      <PlaceField
        autoFocus
        kind="folder"
        label={t('move.folder')}
        hint={t('move.folderHint')}
        value={folder}
        onChange={(value) => {
          setFolder(value);
          begin.clear();
        }}
      />
    </DialogForm>
  );
}
