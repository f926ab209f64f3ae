import { useQuery } from '@tanstack/react-query';
import { useDoor } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { scanKeys } from '../../door/keys';
import type { FormBlock, FormRow } from '../../door/shapes';
import { useFormWords } from '../../door/usePatients';
import { bring } from '../../door/usePictures';
import { useWords } from '../../i18n/I18nProvider';
import { Dialog, ErrorState, FactList, Skeleton } from '../../ui';
import classes from './ConsentsPane.module.css';
import { PagePictures } from './PagePictures';
import { FormBlocks } from './PatientMode';

interface Props {
  /** The form that is read; closed while null. */
  readonly form: FormRow | null;
  readonly onClose: () => void;
}

/** The words of a form, and what names them for ever. */
export function FormReadDialog({ form, onClose }: Props) {
  return (
    <Dialog open={form !== null} onClose={onClose} title={form?.version ?? ''} width="lg">
      {form ? form.pages > 0 ? <FormPages form={form} /> : <Words form={form} /> : null}
    </Dialog>
  );
}

function Words({ form }: { readonly form: FormRow }) {
  const t = useWords();
  const words = useFormWords(form.version, '');
  if (failed(words)) {
    return <ErrorState error={asDoorError(words.error)} onRetry={() => void words.refetch()} />;
  }
  if (!words.data) return <Skeleton shape="details" />;
  return (
    <>
      <FormPreviewPane blocks={words.data.blocks} language={form.language} />
      <FactList facts={[{ term: t('consents.forms.hash'), value: form.hash.slice(0, 16) }]} />
    </>
  );
}

/** A form that is a file, as it is printed. */
function FormPages({ form }: { readonly form: FormRow }) {
  const t = useWords();
  const door = useDoor();
  const pages = useQuery({
    queryKey: scanKeys.open(form.version),
    queryFn: async ({ signal }) => {
      const opened = await door.call('form.open', { version: form.version, patient: '' }, signal);
      const content = await bring(opened.address, signal);
      const { showFile } = await import('../../paper/showFile');
      return showFile(new Uint8Array(await content.arrayBuffer()), opened.pages, signal);
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  return (
    <>
      {pages.error ? (
        <ErrorState error={asDoorError(pages.error)} onRetry={() => void pages.refetch()} />
      ) : pages.data ? (
        <PagePictures
          pictures={pages.data.map(({ picture }) => picture)}
          label={(page, of) => t('paper.scan.page', { page, of })}
        />
      ) : (
        <Skeleton shape="details" count={3} />
      )}
      <FactList facts={[{ term: t('consents.attach.hash'), value: form.hash.slice(0, 16) }]} />
    </>
  );
}

interface PreviewProps {
  readonly blocks: readonly FormBlock[];
  readonly language: FormRow['language'];
}

/** A form as it reads, with a word at each place that is filled in. */
export function FormPreviewPane({ blocks, language }: PreviewProps) {
  const t = useWords();
  const places = Object.fromEntries(
    placeKeys.map((key) => [
      key,
      <p key={key} className={classes['place']} lang={document.documentElement.lang}>
        {t(`consents.forms.place.${key}`)}
      </p>,
    ]),
  );
  return (
    <section
      className={classes['preview']}
      lang={language}
      aria-label={t('consents.forms.preview')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
      tabIndex={0}
    >
      <FormBlocks blocks={blocks} places={places} />
    </section>
  );
}

const placeKeys = ['phone', 'categories', 'times', 'frequency', 'signature'] as const;
