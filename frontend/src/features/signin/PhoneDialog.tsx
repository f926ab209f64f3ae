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
  DialogForm,
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

/** Sets up the code from a phone, in a dialog. */
export function PhoneDialog({ open, onClose }: Props) {
  const t = useWords();
  const [coded, setCoded] = useState(false);
  const close = () => {
    setCoded(false);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={coded ? t('waysIn.phone.codesTitle') : t('waysIn.phone.scanTitle')}
    >
      {open ? <PhoneSteps onCodes={() => setCoded(true)} onDone={close} onCancel={close} /> : null}
    </Dialog>
  );
}

interface StepsProps {
  /** The phone is set up; its backup codes are shown. */
  readonly onCodes: () => void;
  /** The backup codes are on paper. */
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

/** The secret, a code that proves it, and the backup codes. */
export function PhoneSteps({ onCodes, onDone, onCancel }: StepsProps) {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes) return <Backup codes={codes} onClose={onDone} />;
  return (
    <Scan
      onCodes={(drawn) => {
        setCodes(drawn);
        onCodes();
      }}
      onClose={onCancel}
    />
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
    const answer = await confirm.run({ code });
    setCode('');
    if (!answer) return;
    await queries.invalidateQueries({ queryKey: meKeys.waysIn });
    onCodes(answer.codes);
  };
  if (begin.error) {
    const again = () => void run({}).then(setSecret);
    return (
      <ErrorState error={begin.error} action={<Button onClick={again}>{t('ui.retry')}</Button>} />
    );
  }
  if (!secret) return <Skeleton shape="details" />;
  return (
    <DialogForm
      action={t('waysIn.phone.check')}
      onSubmit={() => submit()}
      onCancel={onClose}
      error={wrong ? null : confirm.error}
      busy={confirm.running}
      blocked={code.trim() === '' ? t('waysIn.phone.codeFirst') : undefined}
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
    </DialogForm>
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
