import { IconPrinter } from '@tabler/icons-react';
import { useKnownState } from '../../door/context';
import { DoorError } from '../../door/error';
import type { DrillRow, Drills } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Actions, Button, Dialog, ErrorState, FactList, Notice, useNow } from '../../ui';
import classes from './backups.module.css';
import { drillFacts } from './drillFacts';
import { PrintedDrill } from './PrintedDrill';

interface Props {
  readonly drill: DrillRow | undefined;
  readonly onChange: (fresh: Drills | null) => void;
  readonly onClose: () => void;
}

/** What trying a backup came to, for reading and for paper. */
export function DrillDialog({ drill, onChange, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={drill !== undefined} onClose={onClose} title={t('drills.resultTitle')}>
      {drill ? <Result drill={drill} onChange={onChange} /> : null}
    </Dialog>
  );
}

interface ResultProps {
  readonly drill: DrillRow;
  readonly onChange: (fresh: Drills | null) => void;
}

function Result({ drill, onChange }: ResultProps) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const saw = useAction('drill.saw');
  const me = useKnownState()?.me;
  const read = drill.seen.some((s) => s.name === me?.name);
  return (
    <div className={classes['section']}>
      <Notice
        tone={drill.outcome === 'good' ? 'ok' : 'stop'}
        title={t(`drills.outcome.${drill.outcome}`)}
      >
        <p>{t(`drills.nextStep.${drill.outcome}`)}</p>
      </Notice>
      {drill.problem ? (
        <ErrorState error={new DoorError(drill.problem.code, drill.problem.params)} />
      ) : null}
      <FactList facts={drillFacts(drill, t, formats, (at) => formats.dateTime(at, now))} />
      {saw.error ? <ErrorState error={saw.error} /> : null}
      <Actions>
        {read ? null : (
          <Button
            kind="main"
            busy={saw.running}
            onClick={() => saw.run({ began: drill.began }).then(onChange)}
          >
            {t('drills.iRead')}
          </Button>
        )}
        <Button
          icon={<IconPrinter size="1.125rem" aria-hidden="true" />}
          onClick={() => window.print()}
        >
          {t('drills.print')}
        </Button>
      </Actions>
      <PrintedDrill drill={drill} />
    </div>
  );
}
