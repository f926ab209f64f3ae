import { Title } from '@mantine/core';
import { LanguageSwitch, SchemeSwitch } from '../frame/LookSwitch';
import { AttachmentSection } from './AttachmentSection';
import { ControlsSection, MarksSection } from './ControlSections';
import { ComposerSection, ConversationSection, ListSection } from './ConversationSections';
import { FieldsSection } from './FieldSection';
import classes from './Gallery.module.css';
import { ColoursSection, TypeSection } from './GroundSections';
import { DialogsSection, NoticesSection, StatesSection } from './RemarkSections';
import { useGalleryWords } from './useGalleryWords';

/** The parts one by one. */
export function Parts() {
  const w = useGalleryWords();
  return (
    <div className={classes['page']}>
      <main>
        <header className={classes['head']}>
          <div>
            <Title order={1}>{w.title}</Title>
            <p className={classes['about']}>{w.about}</p>
          </div>
          <nav aria-label={w.title} className={classes['links']}>
            <a href="#/gallery">{w.parts}</a>
            <a href="#/gallery/desk">{w.desk}</a>
            <a href="#/gallery/lock">{w.lock}</a>
            <a href="#/gallery/setup">{w.setup}</a>
          </nav>
          <LanguageSwitch />
          <SchemeSwitch />
        </header>
        <div className={classes['sections']}>
          <ColoursSection />
          <TypeSection />
          <ControlsSection />
          <MarksSection />
          <FieldsSection />
          <NoticesSection />
          <StatesSection />
          <ConversationSection />
          <AttachmentSection />
          <ComposerSection />
          <ListSection />
          <DialogsSection />
        </div>
      </main>
    </div>
  );
}
