import {
  IconInbox,
  IconLayoutSidebarRight,
  IconLock,
  IconPlus,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Avatar } from '../control/Avatar';
import { Button } from '../control/Button';
import { FactList } from '../control/FactList';
import { IconButton } from '../control/IconButton';
import { InlineSelect } from '../form/InlineSelect';
import { SearchField } from '../form/SearchField';
import { AppFrame } from '../frame/AppFrame';
import { Pane } from '../frame/Pane';
import { Rail } from '../frame/Rail';
import { useRoomForDetails } from '../frame/useRoomForDetails';
import { ThreadRow, threadRowHeight } from '../list/ThreadRow';
import { ViewTabs } from '../list/ViewTabs';
import { VirtualList } from '../list/VirtualList';
import { Notice } from '../remark/Notice';
import { Composer } from '../thread/Composer';
import { ConsentBadge } from '../thread/ConsentBadge';
import { MessageList } from '../thread/MessageList';
import classes from './Gallery.module.css';
import { SampleTexts } from './SampleTexts';
import { threads } from './samples';
import { useGalleryWords } from './useGalleryWords';

const nothing = () => {};

/** The parts put together: a morning at the front desk. */
export function DeskSample() {
  const w = useGalleryWords();
  const t = useWords();
  const formats = useFormats();
  const [text, setText] = useState('');
  const [search, setSearch] = useState('');
  const [view, setView] = useState<'all' | 'unread' | 'waiting'>('all');
  const [topic, setTopic] = useState<'visits' | 'refills'>('visits');
  const [show, setShow] = useState<'list' | 'main'>('main');
  const [details, setDetails] = useState(useRoomForDetails());
  return (
    <AppFrame
      show={show}
      listLabel={t('thread.list')}
      detailsLabel={w.details}
      detailsOpen={details}
      onDetailsOpen={setDetails}
      rail={
        <Rail
          current="inbox"
          items={[
            {
              key: 'inbox',
              label: w.inbox,
              icon: <IconInbox size="1.5rem" stroke={1.6} />,
              href: '#/gallery/desk',
              count: { value: 3, label: t('ui.unread', { count: 3 }) },
            },
            {
              key: 'patients',
              label: w.patients,
              icon: <IconUsers size="1.5rem" stroke={1.6} />,
              href: '#/gallery',
            },
            {
              key: 'settings',
              label: w.settings,
              icon: <IconSettings size="1.5rem" stroke={1.6} />,
              href: '#/gallery/setup',
            },
          ]}
          foot={
            <>
              <IconButton
                label={w.lockNow}
                icon={<IconLock size="1.375rem" stroke={1.6} />}
                onClick={nothing}
              />
              <Avatar name="Ana Ruiz" size="sm" />
            </>
          }
        />
      }
      list={
        <Pane
          title={w.inbox}
          fill
          actions={
            <IconButton label={w.mainButton} icon={<IconPlus size="1.25rem" />} onClick={nothing} />
          }
          tools={
            <>
              <SearchField
                label={w.searchPatients}
                value={search}
                onChange={setSearch}
                shortcut="/"
              />
              <ViewTabs
                label={t('thread.list')}
                views={[
                  { value: 'all', label: w.viewAll },
                  { value: 'unread', label: w.viewUnread, count: 3 },
                  { value: 'waiting', label: w.viewWaiting },
                ]}
                value={view}
                onChange={setView}
              />
            </>
          }
        >
          <VirtualList
            label={t('thread.list')}
            items={threads}
            keyOf={(row) => row.key}
            rowHeight={threadRowHeight}
            selected="1"
            onOpen={() => setShow('main')}
          >
            {(row) => <ThreadRow {...row} />}
          </VirtualList>
        </Pane>
      }
      main={
        <Pane
          title="Maria Delgado"
          level={1}
          fill
          lead={<Avatar name="Maria Delgado" />}
          subtitle={
            <>
              <span>{formats.phone('+13035550142')}</span>
              <ConsentBadge state="expiring" />
            </>
          }
          onBack={() => setShow('list')}
          actions={
            <IconButton
              label={details ? t('ui.hideDetails') : t('ui.showDetails')}
              icon={<IconLayoutSidebarRight size="1.25rem" />}
              expanded={details}
              onClick={() => setDetails(!details)}
            />
          }
          foot={
            <Composer
              value={text}
              onChange={setText}
              onSend={nothing}
              length={{ parts: 0, left: 1600 }}
              tools={
                <InlineSelect
                  label={w.topic}
                  value={topic}
                  options={[
                    { value: 'visits', label: w.about1 },
                    { value: 'refills', label: w.about2 },
                  ]}
                  onChange={setTopic}
                />
              }
              notice={
                <Notice tone="ok" compact title={w.goNotice}>
                  <p>{w.goBody}</p>
                </Notice>
              }
            />
          }
        >
          <MessageList label={w.conversation} thread="1" newest="6" oldest="1">
            <SampleTexts />
          </MessageList>
        </Pane>
      }
      details={
        <>
          <div className={classes['profile']}>
            <Avatar name="Maria Delgado" size="lg" />
            <strong>Maria Delgado</strong>
            <ConsentBadge state="expiring" />
          </div>
          <div className={classes['facts']}>
            <FactList
              facts={[
                { term: w.mobile, value: formats.phone('+13035550142') },
                { term: w.born, value: formats.day('1988-06-21') },
                { term: w.mayText, value: formats.list([w.about1, w.about2]) },
                { term: w.consent, value: w.signedOn },
              ]}
            />
          </div>
          <div className={classes['afterFacts']}>
            <Button>{w.addForm}</Button>
          </div>
        </>
      }
    />
  );
}
