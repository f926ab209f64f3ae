import { IconPhotoPlus } from '@tabler/icons-react';
import {
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { isSet, newId } from '../../door/ids';
import type { Category, Message, SentText, ThreadPage } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useDraftPicture } from '../../door/useDraftPicture';
import { useShowMessage } from '../../door/useInbox';
import { usePrice } from '../../door/useLine';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { ReasonList } from '../../terms/ReasonList';
import { categories, useTerms } from '../../terms/terms';
import { Composer, ConfirmDialog, ErrorState, FileButton, InlineSelect, Notice } from '../../ui';
import { AnswerNotice } from './AnswerNotice';
import { DraftPicture, SecondLook } from './DraftPicture';
import { FirstAnswers } from './FirstAnswers';
import { firstCategory } from './firstCategory';
import { LaterDialog } from './LaterDialog';
import { LiftDialog } from './LiftDialog';
import type { Later } from './laterTimes';
import { Told } from './Told';
import { atOnce, useChecked } from './useChecked';
import { useDraft, type Words } from './useDraft';
import { useThreadRefresh } from './useThreadRefresh';
import { WaitingNotice } from './WaitingNotice';

/** A text that did not arrive, to be written once more. */
export interface Reused extends Words {
  /** The picture that went with it, as an attachment; empty where none did, or it is lost. */
  readonly picture: string;
  readonly count: number;
}

interface Props {
  readonly page: ThreadPage;
  readonly messages: readonly Message[];
  /** Words of an earlier text to write again; another count puts them in. */
  readonly reused: Reused;
  readonly inputRef: Ref<HTMLTextAreaElement>;
  /** The text is on its way: the newest texts are what to look at. */
  readonly onSent: () => void;
  readonly remedyFor: (step: string, page: ThreadPage) => ReactNode;
}

/** The longest text that the phone service takes. */
const longest = 1600;

/** The text that these words send once more; empty where somebody has done so since. */
function stillFailed(again: string, messages: readonly Message[]): string {
  return messages.some((m) => m.id === again && m.sentAgain) ? '' : again;
}

/** Where a text is written, with the answer whether it may go. */
export function ComposerPane({ page, messages, reused, inputRef, onSent, remedyFor }: Props) {
  const t = useWords();
  const terms = useTerms();
  const id = useId();
  const draft = useDraft(page.id, {
    body: page.draft,
    again: isSet(page.draftAgain) ? page.draftAgain : '',
  });
  const [category, setCategory] = useState<Category>(() => firstCategory(page, messages));
  const [asking, setAsking] = useState(false);
  const [timing, setTiming] = useState(false);
  const [lifting, setLifting] = useState(false);
  const [before, setBefore] = useState<string | null>(null);
  const again = stillFailed(draft.again, messages);
  const [replacing, setReplacing] = useState<Reused | null>(null);
  const own = useDraftPicture(page.id, page.draftPicture);
  const picture = own.number > 0;
  const price = usePrice(picture ? 'picture' : 'piece');
  const formats = useFormats();
  const { last: checked, failure, look } = useChecked(page.id, draft.body, category, picture);
  const send = useAction('text.send');
  const lift = useAction('text.lift');
  const show = useShowMessage(page.id);
  const refresh = useThreadRefresh();
  const key = useRef<{ said: string; key: string } | null>(null);

  const { replace } = draft;
  const { addAgain } = own;
  const mayDraw = page.pictures;
  const reuse = useCallback(
    ({ body, again, picture }: Reused) => {
      replace({ body, again });
      if (picture && mayDraw) addAgain(picture);
    },
    [replace, addAgain, mayDraw],
  );
  const written = useRef('');
  written.current = draft.body.trim();
  const taken = useRef(0);
  useEffect(() => {
    // Once: whether pictures may go can change while the conversation is open.
    if (reused.count === taken.current) return;
    taken.current = reused.count;
    if (written.current !== '' && written.current !== reused.body.trim()) {
      setReplacing(reused);
      return;
    }
    reuse(reused);
  }, [reused, reuse]);

  const tried = useRef<{ confirmed: boolean; later: Later }>({ confirmed: false, later: atOnce });
  const words = () => {
    const body = draft.body.trim();
    const said = JSON.stringify([body, category, again, own.number]);
    // The same words and picture after a lost answer are the same text, not a second one; for another
    // hour too, for the first may be on record.
    if (key.current?.said !== said) key.current = { said, key: newId() };
    return { id: page.id, key: key.current.key, body, category, again, picture };
  };
  const deliver = async (confirmed: boolean, later: Later = atOnce) => {
    tried.current = { confirmed, later };
    const text = words();
    const sent = await send.run({ ...text, confirmed, ...later });
    setAsking(false);
    await delivered(sent, text);
  };
  const deliverBeyond = async (reason: string) => {
    const text = words();
    await delivered(await lift.run({ ...text, reason }), text);
  };
  const delivered = async (sent: SentText | null, text: ReturnType<typeof words>) => {
    if (!sent) {
      // The facts may have changed since the last answer.
      await refresh();
      return;
    }
    key.current = null;
    setTiming(false);
    setLifting(false);
    draft.sent(text.body);
    own.sent();
    show(sent.message);
    onSent();
    await refresh();
  };

  const answer = checked?.answer;
  const blocked =
    answer === 'no' && draft.body.trim()
      ? t('inbox.cannotGo')
      : own.busy || (picture && !own.drawn) // it would go without the picture, or with the one before
        ? t('inbox.own.loading')
        : undefined;
  const length = draft.body.trim().length;
  const parts = checked?.size.segments ?? 0;
  const cost =
    price && parts > 0 && length > 0
      ? t('composer.cost', {
          cost: formats.money((picture ? 1 : parts) * price.amount, price.currency),
        })
      : undefined;
  const without =
    again !== '' && !picture && messages.some((m) => m.id === again && m.attachments.length > 0);
  const writeOn = () => document.getElementById(id)?.querySelector('textarea')?.focus();
  const options = useMemo(
    () => categories.map((value) => ({ value, label: terms.category(value) })),
    [terms],
  );

  return (
    <div id={id}>
      <Composer
        value={draft.body}
        onChange={(body) => {
          draft.setBody(body);
          send.clear();
        }}
        onSend={() => {
          if (answer === 'confirm' && checked?.lift) setLifting(true);
          else if (answer === 'confirm') setAsking(true);
          else void deliver(false);
        }}
        length={{ parts, left: longest - length, picture, cost }}
        blocked={blocked}
        busy={send.running}
        inputRef={inputRef}
        picture={<DraftPicture own={own} onRemove={writeOn} />}
        onPicture={page.pictures ? own.add : undefined}
        onLater={() => {
          send.clear();
          setTiming(true);
        }}
        waiting={<WaitingNotice waiting={page.waiting} onNone={writeOn} />}
        notice={
          send.error && !timing ? (
            <ErrorState
              error={send.error}
              onRetry={() => void deliver(tried.current.confirmed, tried.current.later)}
            />
          ) : checked ? (
            <>
              <AnswerNotice
                checked={checked}
                category={category}
                remedyFor={(step) => remedyFor(step, page)}
                onLift={() => {
                  lift.clear();
                  setLifting(true);
                }}
              />
              {again ? (
                <Notice compact tone="info" title={t('inbox.remedy.writing')}>
                  {without && page.pictures ? <p>{t('inbox.own.again')}</p> : null}
                </Notice>
              ) : null}
              <FirstAnswers
                thread={page.id}
                patient={page.patient}
                checked={checked}
                remedyFor={(step) => remedyFor(step, page)}
                onSent={(message) => {
                  show(message);
                  onSent();
                  void refresh();
                }}
              />
              {checked.first && checked.answer !== 'no' ? (
                <Notice compact tone="info" title={t('inbox.firstText')} />
              ) : null}
              <Told
                told={checked.told}
                patient={page.patient}
                body={draft.body}
                before={before}
                onBody={(body) => {
                  setBefore(draft.body);
                  draft.setBody(body);
                }}
              />
            </>
          ) : failure ? (
            <ErrorState error={failure} onRetry={look} />
          ) : undefined
        }
        tools={
          <>
            <InlineSelect
              label={t('inbox.about')}
              value={category}
              options={options}
              onChange={setCategory}
            />
            {page.pictures ? (
              <FileButton
                accept="image/*"
                busy={own.busy}
                icon={<IconPhotoPlus size="1.125rem" aria-hidden="true" />}
                onFile={own.add}
              >
                {t(picture ? 'inbox.own.other' : 'inbox.own.add')}
              </FileButton>
            ) : null}
          </>
        }
      />
      <LaterDialog
        open={timing}
        page={page}
        body={draft.body}
        category={category}
        own={own}
        busy={send.running}
        error={send.error}
        onSend={(later, confirmed) => deliver(confirmed, later)}
        onClose={() => {
          send.clear();
          setTiming(false);
        }}
      />
      <LiftDialog
        open={lifting}
        reasons={checked?.reasons ?? []}
        look={<SecondLook own={own} body={draft.body.trim()} />}
        busy={lift.running}
        error={lift.error}
        onSend={deliverBeyond}
        onClose={() => setLifting(false)}
      />
      <ConfirmDialog
        open={asking}
        title={t('inbox.confirm.title')}
        confirm={t('inbox.confirm.send')}
        busy={send.running}
        onConfirm={() => deliver(true)}
        onCancel={() => setAsking(false)}
      >
        <SecondLook own={own} body={draft.body.trim()} />
        <ReasonList reasons={checked?.reasons ?? []} />
      </ConfirmDialog>
      <ConfirmDialog
        open={replacing !== null}
        title={t('inbox.remedy.replace')}
        confirm={t('inbox.remedy.replaceDo')}
        onConfirm={() => {
          if (replacing) reuse(replacing);
          setReplacing(null);
        }}
        onCancel={() => setReplacing(null)}
      >
        <p>{t('inbox.remedy.replaceWhat')}</p>
      </ConfirmDialog>
    </div>
  );
}
