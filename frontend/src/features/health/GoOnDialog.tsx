import { useState } from 'react';
import type { Finding, State } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useGoingOn } from '../../door/useHealth';
import { useWords } from '../../i18n/I18nProvider';
import { Dialog, DialogForm, Progress, TextField } from '../../ui';

interface Props {
  readonly open: boolean;
  readonly finding: Finding;
  readonly onState: (state: State) => void;
  readonly onClose: () => void;
}

/** Asks once more before somebody goes on without what is missing. */
export function GoOnDialog({ open, finding, onState, onClose }: Props) {
  const t = useWords();
  const title = finding.found === 'older_keys' ? t('halted.goOn') : t('halted.goOnQuestion');
  return (
    <Dialog open={open} onClose={onClose} title={title} width="sm">
      {open ? <Question finding={finding} onState={onState} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Question({ finding, onState, onClose }: Omit<Props, 'open'>) {
  const t = useWords();
  const [words, setWords] = useState('');
  const goOn = useAction('health.goOn');
  const lacks = finding.needsSheet && words.trim() === '';
  const submit = async () => {
    if (lacks) return;
    const opened = await goOn.run({ words });
    if (opened) onState(opened);
  };
  return (
    <DialogForm
      action={t('halted.goOn')}
      danger
      focusFirst="cancel"
      busy={goOn.running}
      blocked={lacks ? t('halted.sheetFirst') : undefined}
      error={goOn.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t('halted.goOnSure')}</p>
      {finding.needsSheet ? (
        <TextField
          long
          label={t('halted.sheet')}
          hint={t('halted.sheetHint')}
          value={words}
          onChange={(value) => {
            setWords(value);
            goOn.clear();
          }}
        />
      ) : null}
      {goOn.running ? <Making /> : null}
    </DialogForm>
  );
}

/** How much of the lists is made. The search follows once people can work. */
function Making() {
  const t = useWords();
  const { data } = useGoingOn();
  const seconds = data?.seconds ?? 0;
  return (
    <>
      <Progress label={t('halted.making')} done={data?.done ?? 0} total={data?.total ?? 0} />
      {seconds > 0 ? <p>{t('halted.makingLeft', { count: Math.ceil(seconds / 60) })}</p> : null}
    </>
  );
}
