import { useDeviceSettings } from '../../door/useLine';
import { useWords } from '../../i18n/I18nProvider';
import { Dialog, KeyHint } from '../../ui';
import classes from './KeysDialog.module.css';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Every key of the program on one card. */
export function KeysDialog({ open, onClose }: Props) {
  const t = useWords();
  const plain = useDeviceSettings().data?.plainKeys ?? true;
  const enter = t('ui.keys.enter');
  const rows = [
    { keys: ['Mod', 'L'], words: t('settings.key.lock') },
    { plain: true, keys: ['J', 'K'], words: t('settings.key.move') },
    { keys: [enter], words: t('settings.key.open') },
    { plain: true, keys: ['R'], words: t('settings.key.reply') },
    { keys: ['Mod', enter], words: t('settings.key.send') },
    { plain: true, keys: ['/'], words: t('settings.key.search') },
    { keys: ['Mod', 'K'], words: t('settings.key.searchAnywhere') },
    { plain: true, keys: ['N'], words: t('settings.key.add') },
    { plain: true, keys: ['C'], words: t('caller.title') },
    { keys: [t('ui.keys.escape')], words: t('settings.key.close') },
    { plain: true, keys: ['?'], words: t('settings.key.help') },
  ];
  const shown = rows.filter((row) => plain || !row.plain);
  return (
    <Dialog open={open} onClose={onClose} title={t('settings.keys')} width="sm">
      <dl className={classes['keys']}>
        {shown.map((row) => (
          <div key={row.words} className={classes['row']}>
            <dt>{row.words}</dt>
            <dd className={classes['key']}>
              <KeyHint keys={row.keys} />
              <span className="ql-spoken">{row.keys.join(' + ').replace('Mod', 'Ctrl')}</span>
            </dd>
          </div>
        ))}
      </dl>
      {plain ? null : <p>{t('settings.plainKeys.off')}</p>}
    </Dialog>
  );
}
