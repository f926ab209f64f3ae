/**
 * The clinic's design system: the only place that screens take their parts
 * from. Each part says in its properties what it needs; all of them stand in
 * every state on the gallery page (`#/gallery`).
 */
export { Avatar } from './control/Avatar';
export { Button, type ButtonKind } from './control/Button';
export { Chip } from './control/Chip';
export { FactList } from './control/FactList';
export { IconButton } from './control/IconButton';
export { KeyHint } from './control/KeyHint';
export { Mark } from './control/Mark';
export { CheckField } from './form/CheckField';
export { type Check, CheckGroup } from './form/CheckGroup';
export { type Choice, ChoiceField } from './form/ChoiceField';
export { DateField } from './form/DateField';
export { Form } from './form/Form';
export { sensitive } from './form/fieldProps';
export { InlineSelect } from './form/InlineSelect';
export { PassphraseField } from './form/PassphraseField';
export { SearchField } from './form/SearchField';
export { type Option, SelectField } from './form/SelectField';
export { StepList } from './form/StepList';
export { TextField } from './form/TextField';
export { AppFrame, type PaneWidths } from './frame/AppFrame';
export { Banner } from './frame/Banner';
export { type Connection, ConnectionBanner } from './frame/ConnectionBanner';
export { LockScreen } from './frame/LockScreen';
export { LanguageSwitch, SchemeSwitch } from './frame/LookSwitch';
export { Pane } from './frame/Pane';
export { Rail, type RailItem } from './frame/Rail';
export { useRoomForDetails } from './frame/useRoomForDetails';
export { FoundRow } from './list/FoundRow';
export { type Mark as TextMark, Marked } from './list/Marked';
export { ThreadRow, threadRowHeight } from './list/ThreadRow';
export { ViewTabs } from './list/ViewTabs';
export { VirtualList } from './list/VirtualList';
export { NowProvider, useNow } from './now';
export { ConfirmDialog } from './overlay/ConfirmDialog';
export { Dialog } from './overlay/Dialog';
export { Drawer } from './overlay/Drawer';
export { Popover } from './overlay/Popover';
export { EmptyState } from './remark/EmptyState';
export { ErrorState } from './remark/ErrorState';
export { Notice } from './remark/Notice';
export { Progress } from './remark/Progress';
export { Skeleton } from './remark/Skeleton';
export { type Toast, ToastProvider, useToast } from './remark/Toast';
export type { Tone } from './theme/tokens';
export { Composer, type TextLength } from './thread/Composer';
export { ConsentBadge, ConsentIcon, type ConsentState, consentStates } from './thread/ConsentBadge';
export { DaySeparator } from './thread/DaySeparator';
export { MessageBubble } from './thread/MessageBubble';
export { MessageList } from './thread/MessageList';
export { MessageState, type MessageStateValue } from './thread/MessageState';
export { UnreadDivider } from './thread/UnreadDivider';
export { useFocusStart } from './useFocusStart';
export { useSettled } from './useSettled';
