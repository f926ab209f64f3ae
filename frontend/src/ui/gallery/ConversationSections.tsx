import { useMemo, useState } from 'react';
import { Button } from '../control/Button';
import { FileButton } from '../form/FileButton';
import { FoundRow } from '../list/FoundRow';
import { Marked } from '../list/Marked';
import { ThreadRow, threadRowHeight } from '../list/ThreadRow';
import { VirtualList } from '../list/VirtualList';
import { Notice } from '../remark/Notice';
import { Composer } from '../thread/Composer';
import { OwnPicture } from '../thread/OwnPicture';
import classes from './Gallery.module.css';
import { SampleTexts } from './SampleTexts';
import { Section } from './Section';
import { drawing, manyThreads } from './samples';
import { useGalleryWords } from './useGalleryWords';

const nothing = () => {};

export function ConversationSection() {
  const w = useGalleryWords();
  return (
    <Section title={w.conversation} layout="stack">
      <ol className={classes['conversation']}>
        <SampleTexts every />
      </ol>
    </Section>
  );
}

export function ComposerSection() {
  const w = useGalleryWords();
  const [open, setOpen] = useState(w.texts.offer);
  const [shut, setShut] = useState(w.texts.lost);
  const [long, setLong] = useState(w.texts.long);
  const [empty, setEmpty] = useState('');
  return (
    <Section title={w.composer} layout="columns">
      <div className={classes['box']}>
        <Composer
          value={open}
          onChange={setOpen}
          onSend={nothing}
          length={{ parts: 1, left: 1516 }}
          notice={
            <Notice tone="ok" compact title={w.goNotice}>
              <p>{w.goBody}</p>
            </Notice>
          }
        />
      </div>
      <div className={classes['box']}>
        <Composer
          value={shut}
          onChange={setShut}
          onSend={nothing}
          length={{ parts: 1, left: 1540 }}
          blocked={w.stopNotice}
          notice={
            <Notice tone="stop" title={w.stopNotice} action={<Button>{w.addForm}</Button>}>
              <p>{w.stopBody}</p>
            </Notice>
          }
        />
      </div>
      <div className={classes['box']}>
        <Composer
          value={long}
          onChange={setLong}
          onSend={nothing}
          length={{ parts: 11, left: -42 }}
          notice={
            <Notice tone="info" compact title={w.waitNotice}>
              <p>{w.waitBody}</p>
            </Notice>
          }
        />
      </div>
      <div className={classes['box']}>
        <Composer
          value={empty}
          onChange={setEmpty}
          onSend={nothing}
          length={{ parts: 0, left: 1600, picture: true }}
          picture={
            <OwnPicture
              src={drawing}
              width={1012}
              height={638}
              label={w.attached.own}
              detail="1012 × 638, 88 kB"
            />
          }
          tools={
            <FileButton accept="image/*" onFile={nothing}>
              {w.attached.ownAdd}
            </FileButton>
          }
        />
      </div>
    </Section>
  );
}

export function ListSection() {
  const w = useGalleryWords();
  const rows = useMemo(() => manyThreads(2_000), []);
  const [open, setOpen] = useState<string | null>('many-1');
  return (
    <Section title={w.list} layout="columns">
      <div className={`${classes['box']} ${classes['tall']}`}>
        <VirtualList
          label={w.list}
          items={rows}
          keyOf={(row) => row.key}
          rowHeight={threadRowHeight}
          selected={open}
          onOpen={(row) => setOpen(row.key)}
        >
          {(row) => <ThreadRow {...row} />}
        </VirtualList>
      </div>
      <div className={classes['box']}>
        <FoundRow
          name={w.found.name}
          phone="(303) 555-0142"
          author=""
          at={w.found.at}
          snippet={w.found.snippet}
          marks={[{ from: 0, to: 4 }]}
          attached
        />
        <p>
          <Marked text={w.found.snippet} marks={[{ from: 5, to: 9 }]} />
        </p>
      </div>
    </Section>
  );
}
