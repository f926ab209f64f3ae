import type { PhoneEnd, State } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Button, Dialog, ErrorState, Form, useNow } from '../../ui';

/** Says who ended the code from the phone, and when. */
export function usePhoneEndWords(): (ended: PhoneEnd) => string {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  return (ended) =>
    t('waysIn.ended.what', { name: ended.by, date: formats.dateTime(ended.at, now) });
}

interface Props {
  readonly ended: PhoneEnd | null;
  readonly onState: (state: State) => void;
}

/** Tells the person that somebody else has ended the code from her phone. */
export function PhoneEndDialog({ ended, onState }: Props) {
  const t = useWords();
  const words = usePhoneEndWords();
  const saw = useAction('me.sawPhoneEnd');
  const read = async () => {
    const state = await saw.run({});
    if (state) onState(state);
  };
  return (
    <Dialog open={ended !== null} title={t('waysIn.ended.title')} width="sm">
      <Form
        onSubmit={() => read()}
        actions={
          <Button submit kind="main" focusFirst busy={saw.running}>
            {t('waysIn.ended.read')}
          </Button>
        }
      >
        <p>{ended ? words(ended) : ''}</p>
        <p>{t('waysIn.ended.next')}</p>
        {saw.error ? <ErrorState error={saw.error} /> : null}
      </Form>
    </Dialog>
  );
}
