import type { Channel } from '../../door/shapes';
import { channels, useTerms } from '../../terms/terms';
import { ChoiceField } from '../../ui';

interface Props {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value: Channel;
  readonly onChange: (channel: Channel) => void;
}

/** A list names every choice; no other wish is by text. */
const named = (channel: Channel): 'text' | 'call' | 'letter' => (channel === '' ? 'text' : channel);

/** How the patient would rather be reached, asked of whoever fills it in. */
export function ChannelField({ label, hint, value, onChange }: Props) {
  const terms = useTerms();
  return (
    <ChoiceField
      inline
      label={label}
      hint={hint}
      value={named(value)}
      onChange={(chosen) => onChange(chosen === 'text' ? '' : chosen)}
      choices={channels.map((c) => ({ value: named(c), label: terms.channel(c) }))}
    />
  );
}
