import { IconCheck } from '@tabler/icons-react';
import { useId } from 'react';
import type { Member } from '../door/shapes';
import { Avatar } from '../ui';
import classes from './MemberField.module.css';

interface Props {
  readonly label: string;
  /** Who is meant, where it is not everybody. */
  readonly hint?: string;
  readonly members: readonly Member[];
  /** The id of who is picked, or empty. */
  readonly value: string;
  readonly onChange: (id: string) => void;
  /** A line under the name. */
  readonly lineOf: (member: Member) => string;
}

/** One of the people who can sign in. The arrow keys move between them. */
export function MemberField({ label, hint, members, value, onChange, lineOf }: Props) {
  const group = useId();
  return (
    <fieldset className={classes['group']} aria-describedby={hint ? `${group}-hint` : undefined}>
      <legend className={classes['legend']}>{label}</legend>
      {hint ? (
        <p id={`${group}-hint`} className={classes['hint']}>
          {hint}
        </p>
      ) : null}
      <div className={classes['people']}>
        {members.map((member) => (
          <label key={member.id} className={classes['person']}>
            <input
              type="radio"
              className={classes['radio']}
              name={group}
              value={member.id}
              checked={member.id === value}
              onChange={() => onChange(member.id)}
            />
            <Avatar name={member.name} />
            <span className={classes['words']}>
              <span className={classes['name']}>{member.name}</span>
              <span className={classes['role']}>{lineOf(member)}</span>
            </span>
            <span className={classes['check']} aria-hidden="true">
              <IconCheck size="1.125rem" />
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
