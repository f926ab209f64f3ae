import { useMay } from '../../door/context';
import { useWords } from '../../i18n/I18nProvider';
import { Pane } from '../../ui';
import classes from './ConsentsPane.module.css';
import { DrawerSection } from './DrawerSection';
import { FormsSection } from './FormsSection';
import { RoundSection } from './RoundSection';
import { RulesSection } from './RulesSection';
import { TodoSection } from './TodoSection';
import { WordsSection } from './WordsSection';

interface Props {
  readonly onPatient: (patient: string) => void;
}

/** What is to be done about consents, the forms that are signed, and the clinic's own rules. */
export default function ConsentsPane({ onPatient }: Props) {
  const t = useWords();
  const mayRead = useMay('settings.read');
  return (
    <Pane title={t('consents.title')} level={1}>
      <div className={classes['column']}>
        <TodoSection onPatient={onPatient} />
        <DrawerSection />
        <RoundSection onPatient={onPatient} />
        <FormsSection />
        <WordsSection />
        {mayRead ? <RulesSection /> : null}
      </div>
    </Pane>
  );
}
