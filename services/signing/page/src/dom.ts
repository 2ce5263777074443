// Makes elements. Never by markup or style attributes: texts stay texts, and a strict content policy holds.
import type { SeenBox } from './geometry.ts';

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string | undefined;

const SVG = 'http://www.w3.org/2000/svg';

export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return filled(document.createElement(tag), attributes, children);
}

export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

export function button(
  label: string,
  attributes: Attributes,
  onPress: (event: MouseEvent) => void,
): HTMLButtonElement {
  const made = el('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', onPress);
  return made;
}

/** A line icon of 24 by 24; its meaning is told by the element around it. */
export function icon(path: string, width = 2): SVGSVGElement {
  return svg(
    'svg',
    { class: 'icon', viewBox: '0 0 24 24', 'stroke-width': width, 'aria-hidden': 'true' },
    svg('path', { d: path }),
  );
}

/** Puts an element over a page; in parts, so that it stays in place at every size. */
export function putOver(element: HTMLElement, box: SeenBox): void {
  element.style.left = percent(box.left);
  element.style.top = percent(box.top);
  element.style.width = percent(box.width);
  element.style.height = percent(box.height);
}

export function percent(part: number): string {
  return `${String(Math.round(part * 1_000_000) / 10_000)}%`;
}

function filled<Made extends Element>(
  element: Made,
  attributes: Attributes,
  children: readonly Child[],
): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== ''));
  return element;
}
