// Leads the signer's eye and the keyboard to one thing to do.

/** Scrolls an element to the middle, focuses it and lets it glow for a moment. */
export function leadTo(element: HTMLElement): void {
  const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: isStill ? 'auto' : 'smooth' });
  element.focus({ preventScroll: true });
  element.classList.add('led-to');
  window.setTimeout(() => {
    element.classList.remove('led-to');
  }, 1_600);
}
