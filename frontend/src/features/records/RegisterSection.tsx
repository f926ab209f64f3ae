import { useState } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { languageNames, languages } from '../../i18n/i18n';
import { categories, useTerms } from '../../terms/terms';
import { Actions, Button, Card, CheckField, ChoiceField, SelectField } from '../../ui';
import type { RegisterFilter } from './listPapers';
import { PaperDialog } from './PaperDialog';
import classes from './records.module.css';
import type { PaperOrder } from './usePapers';

/** A list names every choice; "all" stands for no filter. */
const standings = ['all', 'in_force', 'expiring', 'missing', 'revoked'] as const;

/** The register of consents, with what it shows; many papers for the same patients. */
export function RegisterSection() {
  const t = useWords();
  const terms = useTerms();
  const [filter, setFilter] = useState<RegisterFilter>({
    standing: '',
    language: '',
    category: '',
  });
  const [initials, setInitials] = useState(false);
  const [what, setWhat] = useState<'forms' | 'consents'>('forms');
  const [order, setOrder] = useState<PaperOrder | null>(null);
  return (
    <>
      <Card title={t('records.register.title')} lead={t('records.register.lead')}>
        <div className={classes['fields']}>
          <SelectField
            label={t('records.register.standing')}
            value={filter.standing === '' ? 'all' : filter.standing}
            options={standings.map((s) => ({ value: s, label: t(`records.register.${s}`) }))}
            onChange={(s) => setFilter({ ...filter, standing: s === 'all' ? '' : s })}
          />
          <SelectField
            label={t('records.register.language')}
            value={filter.language === '' ? 'any' : filter.language}
            options={[
              { value: 'any', label: t('records.register.anyLanguage') },
              ...languages.map((l) => ({ value: l, label: languageNames[l] })),
            ]}
            onChange={(l) => setFilter({ ...filter, language: l === 'any' ? '' : l })}
          />
          <SelectField
            label={t('records.register.category')}
            value={filter.category === '' ? 'any' : filter.category}
            options={[
              { value: 'any', label: t('records.register.anyCategory') },
              ...categories.map((c) => ({ value: c, label: terms.category(c) })),
            ]}
            onChange={(c) => setFilter({ ...filter, category: c === 'any' ? '' : c })}
          />
        </div>
        <CheckField
          label={t('records.register.initials')}
          hint={t('records.register.initialsHint')}
          checked={initials}
          onChange={setInitials}
        />
        <Actions>
          <Button kind="main" onClick={() => setOrder({ kind: 'register', filter, initials })}>
            {t('records.register.print')}
          </Button>
        </Actions>
      </Card>
      <Card title={t('records.batch.title')} lead={t('records.batch.lead')}>
        <ChoiceField
          label={t('records.batch.what')}
          value={what}
          choices={[
            { value: 'forms', label: t('records.batch.forms') },
            { value: 'consents', label: t('records.batch.consents') },
          ]}
          onChange={setWhat}
        />
        <Actions>
          <Button onClick={() => setOrder({ kind: 'batch', what, filter })}>
            {t('records.batch.print')}
          </Button>
        </Actions>
      </Card>
      <PaperDialog order={order} onClose={() => setOrder(null)} />
    </>
  );
}
