import { type ReactNode, useContext, useRef, useState } from 'react';
import { Confirmation } from '../../door/confirmation';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { FormBlock } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useKeyOf } from '../../door/useKeyOf';
import { useFormWords } from '../../door/usePatients';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { categories, useTerms } from '../../terms/terms';
import {
  Button,
  CheckField,
  CheckGroup,
  ErrorState,
  Form,
  SignaturePad,
  Skeleton,
  TextField,
  useFocusStart,
} from '../../ui';
import { ChannelField } from './ChannelField';
import { FrequencyFields } from './FrequencyFields';
import classes from './PatientMode.module.css';
import { gaps, type Paper, toSign } from './paper';
import type { Signing } from './SignDialog';
import { TimesFields } from './TimesFields';

interface Props {
  readonly signing: Signing;
  /** Called once a member of staff has taken the device back. */
  readonly onLeave: () => void;
}

/**
 * The form alone, as the patient reads and signs it: nothing of the desk is on
 * the screen or behind it, and only a member of staff's passphrase leads back.
 */
export function PatientMode({ signing, onLeave }: Props) {
  const t = useWords();
  const ask = useContext(Confirmation);
  const [done, setDone] = useState<'signed' | 'declined' | null>(null);
  const leave = async () => {
    if (await ask()) onLeave();
  };
  return (
    <main className={classes['screen']}>
      <div className={classes['sheet']}>
        {done === null ? (
          <ToSign
            signing={signing}
            onSigned={() => setDone('signed')}
            onDecline={() => setDone('declined')}
          />
        ) : (
          <Thanks
            title={t(done === 'signed' ? 'paper.patient.thanks' : 'paper.patient.declined')}
          />
        )}
        <footer className={classes['foot']}>
          <Button kind="quiet" onClick={() => leave()}>
            {t('paper.patient.staff')}
          </Button>
        </footer>
      </div>
    </main>
  );
}

/** What is left to do: to give the device back. The focus comes here, so that it is read out. */
function Thanks({ title }: { readonly title: string }) {
  const t = useWords();
  useFocusStart(title, 'heading');
  return (
    <section className={classes['thanks']}>
      <h1>{title}</h1>
      <p>{t('paper.patient.giveBack')}</p>
    </section>
  );
}

interface HandedProps {
  readonly onLeave: () => void;
}

/** The window began anew while a patient held the device: only the way back is left. */
export function HandedScreen({ onLeave }: HandedProps) {
  const t = useWords();
  const ask = useContext(Confirmation);
  const leave = async () => {
    if (await ask()) onLeave();
  };
  return (
    <main className={classes['screen']}>
      <div className={classes['sheet']}>
        <Thanks title={t('paper.patient.away')} />
        <footer className={classes['foot']}>
          <Button kind="quiet" onClick={() => leave()}>
            {t('paper.patient.staff')}
          </Button>
        </footer>
      </div>
    </main>
  );
}

interface ToSignProps {
  readonly signing: Signing;
  readonly onSigned: () => void;
  readonly onDecline: () => void;
}

function ToSign({ signing, onSigned, onDecline }: ToSignProps) {
  const t = useWords();
  const formats = useFormats();
  const { card, form } = signing;
  const [paper, setPaper] = useState<Paper>(signing.paper);
  const [pen, setPen] = useState('');
  const [typed, setTyped] = useState('');
  const [typing, setTyping] = useState(false);
  const [copy, setCopy] = useState(false);
  const [tried, setTried] = useState(false);
  const words = useFormWords(form.version, card.id);
  // The form is read from its title on, however the device came into these hands.
  useFocusStart(words.data ? 'form' : '', 'heading');
  const body = useRef<HTMLDivElement>(null);
  const sign = useAction('consent.sign');
  const keyOf = useKeyOf();
  if (failed(words)) {
    return <ErrorState error={asDoorError(words.error)} onRetry={() => void words.refetch()} />;
  }
  if (!words.data) return <Skeleton shape="details" />;

  const missing = gaps(paper, '', card.minor);
  const signed = typing ? typed.trim().length > 1 : pen.length > 40;
  // The first thing that is missing, from the top of the form.
  const open =
    missing.find((gap) => gap === 'categories' || gap === 'hours') ??
    (signed ? undefined : 'signature');
  const set = (change: Partial<Paper>) => {
    setPaper((was) => ({ ...was, ...change }));
    sign.clear();
  };
  const submit = async () => {
    setTried(open !== undefined);
    if (open) {
      // What is missing may be screens above the button.
      const place = open === 'hours' ? 'times' : open;
      body.current
        ?.querySelector<HTMLElement>(`[data-place="${place}"] :is(input, button)`)
        ?.focus();
      return;
    }
    const drawn = typing ? '' : pen;
    const name = typing ? typed.trim() : '';
    const signing = toSign(card.id, paper, { drawn, typed: name, copy });
    if (await sign.run({ ...signing, key: keyOf(signing) })) onSigned();
  };
  const places: Readonly<Record<string, ReactNode>> = {
    phone: (
      <Phone
        phones={phonesOf(signing)}
        shared={paper.sharedPhone}
        onShared={(sharedPhone) => set({ sharedPhone })}
      />
    ),
    categories: (
      <Topics
        paper={paper}
        onChange={set}
        error={tried && paper.categories.length === 0 ? t('paper.patient.topicsFirst') : undefined}
      />
    ),
    times: (
      <TimesFields
        paper={paper}
        onChange={set}
        error={tried && missing.includes('hours') ? t('paper.patient.hours') : undefined}
      />
    ),
    frequency: (
      <div className={classes['signature']}>
        <FrequencyFields
          day={t('paper.patient.perDay')}
          week={t('paper.patient.perWeek')}
          hint={t('paper.patient.perWeekHint')}
          none={t('paper.patient.noLimit')}
          value={paper}
          onChange={set}
        />
        <ChannelField
          label={t('paper.patient.rather')}
          value={paper.channel}
          onChange={(channel) => set({ channel })}
        />
        {paper.begins ? (
          <p>{t('paper.patient.begins', { date: formats.day(paper.begins) })}</p>
        ) : null}
      </div>
    ),
    signature: (
      <div className={classes['signature']}>
        {typing ? (
          <TextField
            label={t('paper.patient.typed')}
            value={typed}
            maxLength={120}
            error={tried && !signed ? t('paper.patient.signFirst') : undefined}
            onChange={setTyped}
          />
        ) : (
          <SignaturePad
            label={t('paper.patient.signature')}
            hint={t('paper.patient.signatureHint')}
            value={pen}
            onChange={setPen}
            error={tried && !signed ? t('paper.patient.signFirst') : undefined}
          />
        )}
        <div className={classes['row']}>
          {typing ? null : <Button onClick={() => setPen('')}>{t('paper.patient.again')}</Button>}
          <Button kind="quiet" onClick={() => setTyping(!typing)}>
            {t(typing ? 'paper.patient.draw' : 'paper.patient.type')}
          </Button>
        </div>
        <CheckField label={t('paper.patient.copy')} checked={copy} onChange={setCopy} />
      </div>
    ),
  };
  return (
    <Form
      onSubmit={() => submit()}
      actions={
        <>
          <Button submit kind="main" size="md" busy={sign.running}>
            {t('paper.patient.sign')}
          </Button>
          <Button size="md" onClick={onDecline}>
            {t('paper.patient.decline')}
          </Button>
        </>
      }
    >
      <div className={classes['body']} ref={body}>
        <FormBlocks blocks={words.data.blocks} places={places} />
      </div>
      <p className={classes['missing']} role="status">
        {tried && open ? t('paper.patient.above') : ''}
      </p>
      {sign.error ? <ErrorState error={sign.error} onRetry={() => void submit()} /> : null}
    </Form>
  );
}

const phonesOf = ({ card, paper }: Signing): readonly string[] =>
  card.numbers
    .filter((n) => paper.numbers.length === 0 || paper.numbers.includes(n.id))
    .map((n) => n.phone);

interface PhoneProps {
  readonly phones: readonly string[];
  readonly shared: boolean;
  readonly onShared: (shared: boolean) => void;
}

function Phone({ phones, shared, onShared }: PhoneProps) {
  const t = useWords();
  return (
    <div className={classes['signature']}>
      <p>
        {t('paper.patient.phone')} <strong>{phones.join(', ')}</strong>
      </p>
      <CheckField label={t('paper.patient.shared')} checked={shared} onChange={onShared} />
    </div>
  );
}

interface TopicsProps {
  readonly paper: Paper;
  readonly onChange: (change: Partial<Paper>) => void;
  readonly error: string | undefined;
}

function Topics({ paper, onChange, error }: TopicsProps) {
  const t = useWords();
  const terms = useTerms();
  return (
    <div className={classes['signature']}>
      <CheckGroup
        label={t('paper.patient.topics')}
        value={paper.categories}
        error={error}
        onChange={(ticked) => onChange({ categories: ticked })}
        checks={categories.map((value) => ({
          value,
          label: terms.category(value),
          hint: terms.categoryHint(value),
        }))}
      />
      <CheckGroup
        label={t('paper.patient.never')}
        value={paper.excluded}
        onChange={(excluded) => onChange({ excluded })}
        checks={categories.map((value) => ({ value, label: terms.category(value) }))}
      />
    </div>
  );
}

interface BlocksProps {
  readonly blocks: readonly FormBlock[];
  /** What stands at the places that are filled in. */
  readonly places: Readonly<Record<string, ReactNode>>;
}

/** A form as it is read, from its title to its end. */
export function FormBlocks({ blocks, places }: BlocksProps) {
  return blocks.map((block, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: two paragraphs may say the same, so that only their place tells them apart
    <Block key={at} block={block} places={places} />
  ));
}

interface BlockProps {
  readonly block: FormBlock;
  readonly places: Readonly<Record<string, ReactNode>>;
}

function Block({ block, places }: BlockProps) {
  switch (block.kind) {
    case 'title':
      return <h1>{block.text}</h1>;
    case 'heading':
      return <h2>{block.text}</h2>;
    case 'paragraph':
      return <p>{block.text}</p>;
    case 'statement':
      return <p className={classes['statement']}>{block.text}</p>;
    case 'place':
      return <div data-place={block.key}>{places[block.key] ?? null}</div>;
  }
}
