import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { meKeys } from '../../door/keys';
import type { PhoneSecret } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import {
  Button,
  CheckField,
  Dialog,
  ErrorState,
  Form,
  QrCode,
  Skeleton,
  TextField,
  useToast,
  WordGrid,
} from '../../ui';
import classes from './WaysInSection.module.css';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Sets up the code from a phone: the secret, a code that proves it, the backup codes. */
export function PhoneDialog({ open, onClose }: Props) {
  const t = useWords();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const close = () => {
    setCodes(null);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={codes ? t('waysIn.phone.codesTitle') : t('waysIn.phone.scanTitle')}
    >
      {!open ? null : codes ? (
        <Backup codes={codes} onClose={close} />
      ) : (
        <Scan onCodes={setCodes} onClose={close} />
      )}
    </Dialog>
  );
}

interface ScanProps {
  readonly onCodes: (codes: readonly string[]) => void;
  readonly onClose: () => void;
}

function Scan({ onCodes, onClose }: ScanProps) {
  const t = useWords();
  const queries = useQueryClient();
  const [secret, setSecret] = useState<PhoneSecret | null>(null);
  const [code, setCode] = useState('');
  const begin = useAction('me.beginPhone');
  const confirm = useAction('me.confirmPhone');
  const { run } = begin;
  useEffect(() => {
    void run({}).then(setSecret);
  }, [run]);
  const wrong = confirm.error?.code === 'vault.wrong_code';
  const submit = async () => {
    if (code.trim() === '') return;
    const answer = await confirm.run({ code });
    setCode('');
    if (!answer) return;
    await queries.invalidateQueries({ queryKey: meKeys.waysIn });
    onCodes(answer.codes);
  };
  if (begin.error) return <ErrorState error={begin.error} />;
  if (!secret) return <Skeleton shape="details" />;
  return (
    <Form
      onSubmit={() => void submit()}
      actions={
        <>
          <Button
            submit
            kind="main"
            busy={confirm.running}
            blocked={code.trim() === '' ? t('waysIn.phone.codeFirst') : undefined}
          >
            {t('waysIn.phone.check')}
          </Button>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
        </>
      }
    >
      <p>{t('waysIn.phone.scan')}</p>
      <QrCode text={secret.square} />
      <p>
        {t('waysIn.phone.type')}{' '}
        <span className={classes['secret']} translate="no">
          {secret.text.replace(/(.{4})(?=.)/g, '$1 ')}
        </span>
      </p>
      <TextField
        label={t('waysIn.phone.code')}
        value={code}
        keys="numeric"
        maxLength={16}
        onChange={(value) => {
          setCode(value);
          confirm.clear();
        }}
        error={wrong ? t('waysIn.phone.wrong') : undefined}
      />
      {confirm.error && !wrong ? <ErrorState error={confirm.error} /> : null}
    </Form>
  );
}

interface BackupProps {
  readonly codes: readonly string[];
  readonly onClose: () => void;
}

function Backup({ codes, onClose }: BackupProps) {
  const t = useWords();
  const toast = useToast();
  const [onPaper, setOnPaper] = useState(false);
  return (
    <Form
      onSubmit={() => {
        if (!onPaper) return;
        toast({ tone: 'ok', title: t('waysIn.phone.set') });
        onClose();
      }}
      actions={
        <Button submit kind="main" blocked={onPaper ? undefined : t('waysIn.phone.paperFirst')}>
          {t('waysIn.phone.done')}
        </Button>
      }
    >
      <p>{t('waysIn.phone.codesLead')}</p>
      <WordGrid words={codes} />
      <CheckField label={t('waysIn.phone.onPaper')} checked={onPaper} onChange={setOnPaper} />
    </Form>
  );
}
