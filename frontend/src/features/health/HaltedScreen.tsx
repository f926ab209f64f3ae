import { type ReactNode, useState } from 'react';
import type { Finding, State } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { useProblemWords } from '../../terms/reasons';
import { Button, LanguageSwitch, LockScreen, Notice, SchemeSwitch, useFocusStart } from '../../ui';
import { ExportDialog } from './ExportDialog';
import { GoOnDialog } from './GoOnDialog';
import classes from './Health.module.css';
import { useMissing } from './useMissing';

interface Props {
  readonly state: State;
  readonly finding: Finding;
  /** It came back from a backup just now, so that it is older is no surprise. */
  readonly restored?: boolean;
  readonly onState: (state: State) => void;
  /** Leaves the clinic closed, with nothing changed. */
  readonly onStop: () => void;
}

/**
 * The passphrase was right, and the records are not what they were: what is
 * missing, and what can be done, the safest first; after a restore, what it was
 * made for. It shows nothing of a patient and offers nothing that removes anything.
 */
export function HaltedScreen({
  state,
  finding,
  restored: brought = false,
  onState,
  onStop,
}: Props) {
  const t = useWords();
  useFocusStart('halted', 'heading');
  const damage = finding.found === 'damage';
  const restored = brought && finding.found === 'older';
  const drive = finding.problem?.code === 'folder.unread';
  const title = damage
    ? t(drive ? 'halted.driveTitle' : 'halted.damageTitle')
    : finding.found === 'older_keys'
      ? t('halted.keysTitle')
      : t(restored ? 'halted.restoredTitle' : 'halted.olderTitle');
  const back = (
    <Choice name={t(restored ? 'halted.newer' : 'halted.back')}>
      <p className={classes['lead']}>{t(restored ? 'halted.newerLead' : 'halted.backLead')}</p>
    </Choice>
  );
  return (
    <LockScreen
      title={title}
      lead={t('halted.lead')}
      foot={
        <>
          <LanguageSwitch />
          <SchemeSwitch />
        </>
      }
    >
      <Cause finding={finding} restored={restored} />
      <section className={classes['options']}>
        <h2 className={classes['name']}>{t('halted.choices')}</h2>
        <ol className={classes['choices']}>
          {damage ? (
            <Choice name={t('halted.remade')}>
              <p className={classes['lead']}>{t('halted.remadeNo')}</p>
            </Choice>
          ) : null}
          {restored ? null : back}
          {damage ? (
            <Choice name={t('halted.export')}>
              <Saving state={state} finding={finding} />
            </Choice>
          ) : finding.canGoOn ? (
            <Choice name={t('halted.goOn')}>
              <GoingOn state={state} finding={finding} onState={onState} />
            </Choice>
          ) : null}
          {restored ? back : null}
          <Choice name={t(finding.opens ? 'halted.backToWork' : 'halted.stop')}>
            <p className={classes['lead']}>
              {t(finding.opens ? 'halted.backToWorkLead' : 'halted.stopLead')}
            </p>
            <Button onClick={onStop}>
              {t(finding.opens ? 'halted.backToWork' : 'halted.stop')}
            </Button>
          </Choice>
        </ol>
      </section>
    </LockScreen>
  );
}

function Choice({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <li className={classes['choice']}>
      <h3 className={classes['name']}>{name}</h3>
      <div className={classes['what']}>{children}</div>
    </li>
  );
}

/** What is the case, in times where they are known. */
function Cause({ finding, restored }: { readonly finding: Finding; readonly restored: boolean }) {
  const t = useWords();
  const missing = useMissing(finding);
  const problem = useProblemWords();
  if (finding.found === 'damage') {
    const words = problem(finding.problem ?? { code: 'app.internal', params: {} });
    return (
      <Notice tone="stop" title={words.what}>
        <p>{t('halted.damageNext')}</p>
      </Notice>
    );
  }
  if (finding.found === 'older_keys') {
    return (
      <Notice tone="warn" title={finding.canGoOn ? t('halted.keys') : t('halted.cannot')}>
        <p>{t('halted.keysWhy')}</p>
      </Notice>
    );
  }
  return (
    <Notice tone="warn" title={missing}>
      <p>{t(restored ? 'halted.restoredWhy' : 'halted.why')}</p>
    </Notice>
  );
}

interface DecisionProps {
  readonly state: State;
  readonly finding: Finding;
}

function GoingOn({
  state,
  finding,
  onState,
}: DecisionProps & { readonly onState: (state: State) => void }) {
  const t = useWords();
  const [deciding, setDeciding] = useState(false);
  return (
    <>
      <p className={classes['lead']}>
        {finding.found === 'older_keys' ? t('halted.goOnKeysLead') : t('halted.goOnLead')}
      </p>
      {state.mayDo.includes('records.accept_loss') ? (
        <Button onClick={() => setDeciding(true)}>{t('halted.goOn')}</Button>
      ) : (
        <AskWhom finding={finding} />
      )}
      <GoOnDialog
        open={deciding}
        finding={finding}
        onState={onState}
        onClose={() => setDeciding(false)}
      />
    </>
  );
}

function Saving({ state, finding }: DecisionProps) {
  const t = useWords();
  const [saving, setSaving] = useState(false);
  if (!finding.canExport) return <p className={classes['lead']}>{t('halted.exportNo')}</p>;
  return (
    <>
      <p className={classes['lead']}>{t('halted.exportLead')}</p>
      {state.mayDo.includes('records.export') ? (
        <Button onClick={() => setSaving(true)}>{t('halted.export')}</Button>
      ) : (
        <AskWhom finding={finding} />
      )}
      <ExportDialog open={saving} suggested={finding.suggested} onClose={() => setSaving(false)} />
    </>
  );
}

function AskWhom({ finding }: { readonly finding: Finding }) {
  const t = useWords();
  const formats = useFormats();
  return (
    <p>
      {finding.deciders.length > 0
        ? t('halted.askWhom', { names: formats.list(finding.deciders) })
        : t('halted.askAnyone')}
    </p>
  );
}
