import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { applyChange } from '../../door/changes';
import { useMay } from '../../door/context';
import { isSet } from '../../door/ids';
import type { NumberCode, NumberRow, PatientCard } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  About,
  Button,
  CheckField,
  Dialog,
  DialogForm,
  ErrorState,
  TextField,
  useNow,
  useToast,
} from '../../ui';
import { CodeNotice } from './CodeNotice';
import classes from './PatientPanel.module.css';
import { WrongNumberDialog } from './WrongNumberDialog';

interface Props {
  readonly card: PatientCard;
}

/** A patient's numbers: whose they are, who said stop, and which are verified. */
export function NumbersSection({ card }: Props) {
  const id = useId();
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const mayVerify = useMay('consent.record');
  const mayAdd = useMay('patients.edit');
  const ask = useAction('number.askCode');
  const [code, setCode] = useState<{ readonly number: string; readonly one: NumberCode } | null>(
    null,
  );
  const [adding, setAdding] = useState(false);
  const [wrong, setWrong] = useState<NumberRow | null>(null);
  const toast = useToast();
  const queries = useQueryClient();
  const release = useAction('number.release');
  const setRight = async (number: string) => {
    if (!(await release.run({ patient: card.id, number }))) return;
    await applyChange(queries, { topic: 'patient', ids: [], pos: 0 });
    toast({ tone: 'ok', title: t('patients.hold.rightDone') });
  };
  const verify = async (number: string) => {
    const one = await ask.run({ patient: card.id, number });
    if (one) setCode({ number, one });
  };
  // The code goes from the screen as soon as it has come back.
  const waiting = code && !card.numbers.find((n) => n.id === code.number)?.verified ? code : null;
  return (
    <section className={classes['section']}>
      <h3 className={classes['heading']}>{t('patients.numbers')}</h3>
      <ul className={classes['numbers']}>
        {card.numbers.map((number) => (
          <li key={number.id}>
            <span className={classes['number']} id={`${id}${number.id}`}>
              {number.phone}
            </span>
            <About id={`${id}${number.id}`}>
              {number.guardians ? (
                <p className={classes['note']}>{t('patients.guardians')}</p>
              ) : null}
              {number.shared ? <p className={classes['note']}>{t('patients.shared')}</p> : null}
              {number.optedOut ? (
                <p className={classes['note']}>
                  {t('patients.optedOut', { date: formats.dateTime(number.optedOut, now) })}
                </p>
              ) : null}
              {number.held ? (
                <p className={classes['note']}>
                  {t('patients.hold.held', { date: formats.dateTime(number.held, now) })}
                </p>
              ) : null}
              {mayVerify ? (
                <div className={classes['verify']}>
                  {number.held ? (
                    <>
                      <Button
                        kind="quiet"
                        busy={release.running}
                        onClick={() => setRight(number.id)}
                      >
                        {t('patients.hold.right')}
                      </Button>
                      {isSet(number.thread) ? (
                        <Button kind="quiet" onClick={() => setWrong(number)}>
                          {t('patients.hold.move')}
                        </Button>
                      ) : null}
                    </>
                  ) : (
                    <Button kind="quiet" onClick={() => setWrong(number)}>
                      {t('patients.hold.wrong')}
                    </Button>
                  )}
                </div>
              ) : null}
              {number.held ? null : number.verified ? (
                <p className={classes['note']}>
                  {t('patients.verified', { date: formats.dateTime(number.verified, now) })}
                </p>
              ) : mayVerify ? (
                <div className={classes['verify']}>
                  <Button kind="quiet" busy={ask.running} onClick={() => verify(number.id)}>
                    {t('patients.verify')}
                  </Button>
                </div>
              ) : null}
              {waiting?.number === number.id ? <CodeNotice one={waiting.one} /> : null}
            </About>
          </li>
        ))}
      </ul>
      {ask.error ? <ErrorState error={ask.error} /> : null}
      {release.error ? <ErrorState error={release.error} /> : null}
      <WrongNumberDialog patient={card.id} number={wrong} onClose={() => setWrong(null)} />
      {mayAdd ? (
        <div className={classes['verify']}>
          <Button
            kind="quiet"
            icon={<IconPlus size="1.125rem" aria-hidden="true" />}
            onClick={() => setAdding(true)}
          >
            {t('patients.addNumber')}
          </Button>
        </div>
      ) : null}
      <Dialog open={adding} onClose={() => setAdding(false)} title={t('patients.addNumber')}>
        {adding ? <NumberForm card={card} onClose={() => setAdding(false)} /> : null}
      </Dialog>
    </section>
  );
}

function NumberForm({ card, onClose }: Props & { readonly onClose: () => void }) {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const [phone, setPhone] = useState('');
  const [shared, setShared] = useState(false);
  const [guardians, setGuardians] = useState(card.guardian !== '');
  const add = useAction('number.add');
  const submit = async () => {
    if (!(await add.run({ patient: card.id, phone, shared, guardians }))) return;
    await applyChange(queries, { topic: 'patient', ids: [], pos: 0 });
    toast({ tone: 'ok', title: t('patients.numberAdded') });
    onClose();
  };
  return (
    <DialogForm
      action={t('patients.addNumber')}
      busy={add.running}
      blocked={phone.trim() === '' ? t('patients.numberFirst') : undefined}
      error={add.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <TextField
        autoFocus
        label={t('patients.number')}
        keys="tel"
        maxLength={30}
        value={phone}
        onChange={(next) => {
          setPhone(next);
          add.clear();
        }}
      />
      <CheckField
        label={t('patients.guardiansPhone')}
        hint={t('patients.guardiansHint')}
        checked={guardians}
        onChange={setGuardians}
      />
      <CheckField
        label={t('patients.sharedPhone')}
        checked={shared}
        onChange={(next) => {
          setShared(next);
          add.clear();
        }}
      />
    </DialogForm>
  );
}
