import { createLink } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import styles from './link-button.module.css';

function Anchor({ className, ...rest }: ComponentProps<'a'>) {
  return <a {...rest} className={`${styles.button} ${className ?? ''}`} />;
}

/** A link to another screen that looks like a button. */
export const LinkButton = createLink(Anchor);

function Text({ className, ...rest }: ComponentProps<'a'>) {
  return <a {...rest} className={`${styles.text} ${className ?? ''}`} />;
}

/** A link to another screen inside text. */
export const TextLink = createLink(Text);
