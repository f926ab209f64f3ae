import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import type { CreatedClinic } from '../../door/shapes';
import { useWords } from '../../i18n/I18nProvider';
import { Button, CheckField, Form, Notice, WordGrid } from '../../ui';
import { PrintedSheet } from './PrintedSheet';

interface Props {
  readonly sheet: CreatedClinic;
  readonly clinicName: string;
  readonly onNext: () => void;
}

/** The words of the recovery sheet, to be printed or written down. They are shown once. */
export function SheetStep({ sheet, clinicName, onNext }: Props) {
  const t = useWords();
  const [onPaper, setOnPaper] = useState(false);
  return (
    <Form
      onSubmit={() => {
        if (onPaper) onNext();
      }}
      actions={
        <>
          <Button
            submit
            kind="main"
            size="md"
            blocked={onPaper ? undefined : t('setup.sheet.paperFirst')}
          >
            {t('setup.next')}
          </Button>
          <Button
            size="md"
            icon={<IconPrinter size="1.125rem" aria-hidden="true" />}
            onClick={() => window.print()}
          >
            {t('setup.sheet.print')}
          </Button>
        </>
      }
    >
      <WordGrid words={sheet.words} />
      <Notice tone="warn" title={t('setup.sheet.onceTitle')}>
        <p>{t('setup.sheet.onceBody')}</p>
      </Notice>
      <CheckField label={t('setup.sheet.onPaper')} checked={onPaper} onChange={setOnPaper} />
      <PrintedSheet words={sheet.words} code={sheet.code} clinicName={clinicName} />
    </Form>
  );
}
