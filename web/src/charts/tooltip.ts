// What is said over a mark, as elements: names are text there, whatever they hold.
import { datumOf, type Tip } from './data.ts';

export function tipsOf(params: unknown): Tip[] {
  const all = Array.isArray(params) ? params : [params];
  const tips: Tip[] = [];
  for (const one of all) {
    const tip = datumOf(one)?.tip;
    // Lines of one place of an axis share their tip.
    if (tip && !tips.some(known => known.title === tip.title)) tips.push(tip);
  }
  return tips;
}

export function tipElement(params: unknown, hint: string): HTMLElement | string {
  const tips = tipsOf(params);
  if (tips.length === 0) return '';
  const root = document.createElement('div');
  root.className = 'tip';
  for (const tip of tips) {
    add(root, 'strong', tip.title);
    const list = add(root, 'dl', '');
    for (const [name, value] of tip.lines) {
      add(list, 'dt', name);
      add(list, 'dd', value);
    }
    if (tip.note) add(root, 'p', tip.note);
  }
  if (hint) add(root, 'p', hint);
  return root;
}

function add(parent: HTMLElement, tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  parent.append(element);
  return element;
}
