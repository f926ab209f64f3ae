import classes from './Gallery.module.css';
import { Section } from './Section';
import { useGalleryWords } from './useGalleryWords';

const shown = [
  'surface-app',
  'surface-pane',
  'surface-rail',
  'surface-raised',
  'surface-sunken',
  'surface-hover',
  'surface-selected',
  'accent-fill',
  'accent-soft',
  'danger-fill',
  'bubble-in',
  'bubble-out',
  'line-soft',
  'line-control',
  'focus',
  'tone-info-bg',
  'tone-ok-bg',
  'tone-warn-bg',
  'tone-stop-bg',
  'text-main',
  'text-quiet',
  'text-accent',
] as const;

export function ColoursSection() {
  const w = useGalleryWords();
  return (
    <Section title={w.colours}>
      <ul className={classes['swatches']}>
        {shown.map((name) => (
          <li key={name}>
            <span className={classes['swatch']} style={{ background: `var(--ql-${name})` }} />
            <span className={classes['code']}>{name}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

const sizes = ['1.625rem', '1.25rem', '1rem', '0.9375rem', '0.875rem', '0.8125rem', '0.75rem'];

export function TypeSection() {
  const w = useGalleryWords();
  return (
    <Section title={w.type} layout="stack">
      {sizes.map((size) => (
        <p key={size} className={classes['size']}>
          <span className={classes['code']}>{size}</span>
          <span style={{ fontSize: size, fontWeight: Number.parseFloat(size) >= 1 ? 600 : 400 }}>
            {w.typeSample}
          </span>
        </p>
      ))}
    </Section>
  );
}
