import { useState } from 'react';
import type { GoLive } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Button, DateField, ErrorState, Form, Notice, TextField } from '../../ui';
import classes from './live.module.css';

interface Props {
  readonly live: GoLive;
  readonly onTaken: (live: GoLive) => void;
}

/** Puts on record which associate agreement there is, and of what day. */
export function AgreementStep({ live, onTaken }: Props) {
  const t = useWords();
  const formats = useFormats();
  const [document, setDocument] = useState(live.document);
  const [signed, setSigned] = useState(live.signed);
  const record = useAction('live.recordAgreement');
  const whole = document.trim() !== '' && signed !== '';
  const submit = async () => {
    if (!whole) return;
    const fresh = await record.run({ document: document.trim(), signed });
    if (fresh) onTaken(fresh);
  };
  return (
    <Form
      onSubmit={() => submit()}
      actions={
        <Button
          submit
          kind={live.document ? 'plain' : 'main'}
          busy={record.running}
          blocked={whole ? undefined : t('live.agreement.first')}
        >
          {t('live.agreement.save')}
        </Button>
      }
    >
      <p className={classes['lead']}>{t('live.agreement.lead')}</p>
      {live.document ? (
        <Notice
          tone="ok"
          title={t('live.agreement.have', {
            document: live.document,
            day: formats.day(live.signed),
          })}
        />
      ) : null}
      <TextField
        label={t('live.agreement.document')}
        hint={t('live.agreement.documentHint')}
        value={document}
        maxLength={120}
        onChange={(next) => {
          setDocument(next);
          record.clear();
        }}
      />
      <DateField
        label={t('live.agreement.signed')}
        value={signed}
        onChange={(next) => {
          setSigned(next);
          record.clear();
        }}
      />
      {record.error ? <ErrorState error={record.error} /> : null}
    </Form>
  );
}
