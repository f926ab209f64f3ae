import { IconMessages } from '@tabler/icons-react';
import { useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { RoundStanding } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useTextingRules } from '../../door/usePatients';
import { useRound, useRoundRefresh } from '../../door/useRound';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { ReasonList } from '../../terms/ReasonList';
import { useProblemWords } from '../../terms/reasons';
import {
  Actions,
  Button,
  Card,
  ErrorState,
  Notice,
  Progress,
  Quiet,
  Skeleton,
  useNow,
} from '../../ui';
import { BeginRoundDialog } from './BeginRoundDialog';
import { EarlierRoundsDialog } from './EarlierRoundsDialog';
import { RoundWhoDialog } from './RoundWhoDialog';

interface Props {
  readonly onPatient: (patient: string) => void;
}

/** Asks many patients for a consent by text, one after the other, and shows how far that is. */
export function RoundSection({ onPatient }: Props) {
  const mayAsk = useMay('consent.ask_many');
  return mayAsk ? <Section onPatient={onPatient} /> : null;
}

function Section({ onPatient }: Props) {
  const t = useWords();
  const rules = useTextingRules();
  const round = useRound();
  const [beginning, setBeginning] = useState(false);
  const [who, setWho] = useState<string | null>(null);
  const [earlier, setEarlier] = useState<string | null>(null);
  const broken = [rules, round].find(failed);
  if (broken) {
    return <ErrorState error={asDoorError(broken.error)} onRetry={() => void broken.refetch()} />;
  }
  if (!rules.data || !round.data) return <Skeleton shape="details" />;
  const { askMany } = rules.data;
  const now = round.data;
  const runs = now.found && now.end === '';
  return (
    <Card title={t('consents.round.title')} lead={t('consents.round.lead')}>
      {now.found ? (
        <Standing round={now} onWho={() => setWho(now.id)} onEarlier={() => setEarlier(now.id)} />
      ) : null}
      {runs ? null : askMany ? (
        <div>
          <Button
            icon={<IconMessages size="1.125rem" aria-hidden="true" />}
            onClick={() => setBeginning(true)}
          >
            {t('consents.round.open')}
          </Button>
        </div>
      ) : (
        <p>{t('consents.round.off')}</p>
      )}
      <BeginRoundDialog
        open={beginning}
        onClose={() => setBeginning(false)}
        onPatient={onPatient}
      />
      <EarlierRoundsDialog than={earlier} onClose={() => setEarlier(null)} onWho={setWho} />
      <RoundWhoDialog round={who} onClose={() => setWho(null)} onPatient={onPatient} />
    </Card>
  );
}

interface StandingProps {
  readonly round: RoundStanding;
  readonly onWho: () => void;
  readonly onEarlier: () => void;
}

const answers = ['yes', 'no', 'words', 'open', 'silent', 'over'] as const;

function Standing({ round, onWho, onEarlier }: StandingProps) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const problemWords = useProblemWords();
  const refresh = useRoundRefresh();
  const callOff = useAction('round.callOff');
  const problem = round.problem ? problemWords(round.problem) : null;
  const total = round.waiting + round.asked + round.passed;
  const counts = [
    ...answers.flatMap((a) =>
      round.answers[a] > 0 ? [t(`consents.round.count.${a}`, { count: round.answers[a] })] : [],
    ),
    ...(round.passed > 0 ? [t('consents.round.count.passed', { count: round.passed })] : []),
  ];
  const stop = async () => {
    const stopped = await callOff.run({});
    if (stopped) refresh(stopped);
  };
  return (
    <>
      {round.end === '' ? (
        <>
          <Progress
            label={t('consents.round.running')}
            done={round.asked + round.passed}
            total={total}
          />
          {round.until ? (
            <Notice
              compact
              tone="info"
              title={t('consents.round.until', { date: formats.dateTime(round.until, now) })}
            />
          ) : null}
          {round.reasons.length > 0 || round.problem ? (
            <Notice tone="warn" title={t('consents.round.rests')}>
              <ReasonList reasons={round.reasons} />
              {problem ? `${problem.what} ${problem.next}` : null}
            </Notice>
          ) : null}
        </>
      ) : (
        <p role="status">
          {t(`consents.round.end.${round.end}`, {
            date: formats.dateTime(round.ended, now),
            asked: round.asked,
            total,
          })}
        </p>
      )}
      <Quiet>
        {t('consents.round.begun', { name: round.by, date: formats.dateTime(round.begun, now) })}
        {counts.length > 0 ? ` ${counts.join(' · ')}` : ''}
      </Quiet>
      <Actions>
        {round.end === '' ? (
          <Button busy={callOff.running} onClick={() => stop()}>
            {t('consents.round.callOff')}
          </Button>
        ) : null}
        <Button kind="quiet" onClick={onWho}>
          {t('consents.round.who')}
        </Button>
        <Button kind="quiet" onClick={onEarlier}>
          {t('consents.round.earlier')}
        </Button>
      </Actions>
      {callOff.error ? <ErrorState error={callOff.error} /> : null}
    </>
  );
}
