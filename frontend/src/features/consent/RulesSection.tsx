import { useQueryClient } from '@tanstack/react-query';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { settingsKeys } from '../../door/keys';
import type { TextingRules } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useInTurn } from '../../door/useInTurn';
import { useTextingRules } from '../../door/usePatients';
import { useWords } from '../../i18n/I18nProvider';
import {
  Card,
  CheckField,
  ErrorState,
  FactList,
  Quiet,
  SelectField,
  Skeleton,
  useToast,
} from '../../ui';

/** What the law leaves to the clinic about consents; the privacy officer decides, and it is kept at once. */
export function RulesSection() {
  const t = useWords();
  const toast = useToast();
  const queries = useQueryClient();
  const maySet = useMay('consent.rules');
  const rules = useTextingRules();
  const save = useAction('clinic.saveTexting');
  const inTurn = useInTurn();
  if (failed(rules)) {
    return <ErrorState error={asDoorError(rules.error)} onRetry={() => void rules.refetch()} />;
  }
  if (!rules.data) return <Skeleton shape="details" />;
  const now = rules.data;
  const change = (next: Partial<TextingRules>) =>
    inTurn(async () => {
      const there = queries.getQueryData<TextingRules>(settingsKeys.texting) ?? now;
      const saved = await save.run({ ...there, ...next });
      if (!saved) return;
      queries.setQueryData(settingsKeys.texting, saved);
      toast({ tone: 'ok', title: t('settings.saved') });
    });
  const yes = (on: boolean) => t(on ? 'consents.rules.yes' : 'consents.rules.no');
  return (
    <Card title={t('consents.rules.title')}>
      {maySet ? (
        <>
          <SelectField
            label={t('consents.rules.majority')}
            hint={t('consents.rules.majorityHint')}
            value={String(now.majority)}
            onChange={(majority) => change({ majority: Number(majority) })}
            options={[18, 19, 20, 21].map((age) => ({ value: String(age), label: String(age) }))}
          />
          <CheckField
            label={t('consents.rules.verified')}
            hint={t('consents.rules.verifiedHint')}
            checked={now.verifiedOnly}
            onChange={(verifiedOnly) => change({ verifiedOnly })}
          />
          <CheckField
            label={t('consents.rules.spoken')}
            hint={t('consents.rules.spokenHint')}
            checked={now.spoken}
            onChange={(spoken) => change({ spoken })}
          />
          <CheckField
            label={t('consents.rules.first')}
            hint={t('consents.rules.firstHint')}
            checked={now.answerFirst}
            onChange={(answerFirst) => change({ answerFirst })}
          />
          <CheckField
            label={t('consents.rules.many')}
            hint={t('consents.rules.manyHint')}
            checked={now.askMany}
            onChange={(askMany) => change({ askMany })}
          />
          <CheckField
            label={t('consents.rules.lift')}
            hint={t('consents.rules.liftHint')}
            checked={now.liftLimits}
            onChange={(liftLimits) => void change({ liftLimits })}
          />
        </>
      ) : (
        <>
          <FactList
            facts={[
              { term: t('consents.rules.majority'), value: String(now.majority) },
              { term: t('consents.rules.verified'), value: yes(now.verifiedOnly) },
              { term: t('consents.rules.spoken'), value: yes(now.spoken) },
              { term: t('consents.rules.first'), value: yes(now.answerFirst) },
              { term: t('consents.rules.many'), value: yes(now.askMany) },
              { term: t('consents.rules.lift'), value: yes(now.liftLimits) },
            ]}
          />
          <Quiet>{t('consents.rules.who')}</Quiet>
        </>
      )}
      {save.error ? <ErrorState error={save.error} /> : null}
    </Card>
  );
}
