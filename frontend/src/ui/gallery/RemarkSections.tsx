import { IconMessages } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '../../i18n/I18nProvider';
import { Actions } from '../control/Actions';
import { Button } from '../control/Button';
import { Quiet } from '../control/Quiet';
import { DialogForm } from '../form/DialogForm';
import { TextField } from '../form/TextField';
import { Banner } from '../frame/Banner';
import { Card } from '../frame/Card';
import { ConnectionBanner } from '../frame/ConnectionBanner';
import { Row, Rows } from '../list/Rows';
import { ConfirmDialog } from '../overlay/ConfirmDialog';
import { Dialog } from '../overlay/Dialog';
import { Drawer } from '../overlay/Drawer';
import { EmptyState } from '../remark/EmptyState';
import { ErrorState } from '../remark/ErrorState';
import { Notice } from '../remark/Notice';
import { Progress } from '../remark/Progress';
import { Skeleton } from '../remark/Skeleton';
import { type Toast, ToastCard, useToast } from '../remark/Toast';
import classes from './Gallery.module.css';
import { Section } from './Section';
import { useGalleryWords } from './useGalleryWords';
import type { Words } from './words';

const nothing = () => {};

const toasts = (w: Words): readonly Toast[] => [
  { tone: 'info', title: w.toastUndo, action: { label: w.undo, run: nothing } },
  { tone: 'stop', title: w.toastFailed, action: { label: w.showIt, run: nothing } },
];

export function NoticesSection() {
  const w = useGalleryWords();
  return (
    <Section title={w.notices} layout="stack">
      <Notice tone="ok" title={w.goNotice}>
        <p>{w.goBody}</p>
      </Notice>
      <Notice tone="info" title={w.waitNotice}>
        <p>{w.waitBody}</p>
      </Notice>
      <Notice tone="warn" title={w.warnNotice} action={<Button>{w.showScript}</Button>}>
        <p>{w.warnBody}</p>
      </Notice>
      <Notice
        tone="stop"
        title={w.stopNotice}
        action={
          <>
            <Button kind="main">{w.addForm}</Button>
            <Button>{w.showScript}</Button>
          </>
        }
      >
        <p>{w.stopBody}</p>
      </Notice>
      <div className={classes['box']}>
        <ConnectionBanner connection={{ kind: 'late', heard: '2026-03-04T15:04:00Z' }} />
        <ConnectionBanner connection={{ kind: 'off', since: '2026-03-04T14:30:00Z' }} />
        <ConnectionBanner connection={{ kind: 'never' }} />
        <Banner tone="ok">{w.goNotice}</Banner>
      </div>
      {toasts(w).map((toast) => (
        <ToastCard key={toast.title} toast={toast} onClose={nothing} />
      ))}
    </Section>
  );
}

export function StatesSection() {
  const w = useGalleryWords();
  return (
    <Section title={w.states} layout="columns">
      <div className={classes['box']}>
        <EmptyState
          level={3}
          icon={<IconMessages size="1.75rem" stroke={1.5} />}
          title={w.emptyTitle}
          action={<Button kind="main">{w.mainButton}</Button>}
        >
          <p>{w.emptyBody}</p>
        </EmptyState>
      </div>
      <div className={classes['column']}>
        <ErrorState error={{ code: 'app.disk_full', retry: true }} onRetry={nothing} />
        <ErrorState error={{ code: 'app.forbidden', retry: false }} />
        <Progress label={w.progressSearch} done={1240} total={4800} />
        <Progress label={w.progressStart} done={0} total={0} />
      </div>
      <div className={classes['box']}>
        <Skeleton shape="rows" count={3} />
      </div>
      <div className={classes['box']}>
        <Skeleton shape="messages" count={3} />
      </div>
      <Card title={w.choiceSigner} lead={w.signedOn}>
        <Rows>
          <Row name={w.found.name} line={w.signedOn} actions={<Button>{w.plainButton}</Button>} />
        </Rows>
        <Actions>
          <Button>{w.plainButton}</Button>
          <Button kind="quiet">{w.showScript}</Button>
        </Actions>
        <Quiet>{w.signedOn}</Quiet>
      </Card>
    </Section>
  );
}

export function DialogsSection() {
  const w = useGalleryWords();
  const t = useWords();
  const toast = useToast();
  const [open, setOpen] = useState<'dialog' | 'drawer' | 'confirm' | null>(null);
  const [name, setName] = useState('');
  const close = () => setOpen(null);
  return (
    <Section title={w.dialogs}>
      <Button onClick={() => setOpen('dialog')}>{w.openDialog}</Button>
      <Button onClick={() => setOpen('drawer')}>{w.openDrawer}</Button>
      <Button onClick={() => setOpen('confirm')}>{w.openConfirm}</Button>
      <Button onClick={() => toast({ tone: 'ok', title: w.toastSaved })}>{w.toastSaved}</Button>
      <Dialog open={open === 'dialog'} onClose={close} title={w.dialogTitle}>
        <DialogForm
          action={t('ui.save')}
          onSubmit={close}
          onCancel={close}
          error={null}
          blocked={name === '' ? w.fieldNameError : undefined}
        >
          <TextField label={w.fieldName} value={name} onChange={setName} autoFocus />
        </DialogForm>
      </Dialog>
      <Drawer open={open === 'drawer'} onClose={close} title={w.drawerTitle}>
        <TextField label={w.fieldName} value={name} onChange={setName} autoFocus />
      </Drawer>
      <ConfirmDialog
        open={open === 'confirm'}
        title={w.confirmTitle}
        confirm={w.confirmYes}
        onConfirm={close}
        onCancel={close}
        danger
      >
        <p>{w.confirmBody}</p>
      </ConfirmDialog>
    </Section>
  );
}
