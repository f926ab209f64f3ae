import { type ReactNode, useState } from 'react';
import { useMay } from '../../door/context';
import { useWords } from '../../i18n/I18nProvider';
import { Actions, Button, Card, Pane } from '../../ui';
import { PaperDialog } from './PaperDialog';
import { RegisterSection } from './RegisterSection';
import classes from './records.module.css';
import type { PaperOrder } from './usePapers';
import { VerifySection } from './VerifySection';

interface Props {
  /** What is open about texts that went to the wrong person. */
  readonly incidents: ReactNode;
}

/** Papers about consent: checking one, the register, blank forms; and the incidents. */
export default function RecordsPane({ incidents }: Props) {
  const t = useWords();
  const registers = useMay('records.register');
  const [order, setOrder] = useState<PaperOrder | null>(null);
  return (
    <Pane title={t('records.title')} level={1}>
      <div className={classes['panes']}>
        <p className={classes['lead']}>{t('records.lead')}</p>
        {incidents}
        <VerifySection />
        {registers ? <RegisterSection /> : null}
        <Card title={t('records.blank.title')} lead={t('records.blank.lead')}>
          <Actions>
            <Button onClick={() => setOrder({ kind: 'form', patient: null })}>
              {t('records.blank.print')}
            </Button>
          </Actions>
        </Card>
      </div>
      <PaperDialog order={order} onClose={() => setOrder(null)} />
    </Pane>
  );
}
