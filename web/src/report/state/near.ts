// One observer for all places of the page that render when they come near.

/** A screen and a half away, scrolling at the usual pace finds content in its place. */
const MARGIN = '1200px 0px';

const callbacks = new WeakMap<Element, (near: boolean) => void>();
let observer: IntersectionObserver | null = null;

export function watchNear(element: Element, callback: (near: boolean) => void): () => void {
  observer ??= new IntersectionObserver(
    entries => {
      for (const entry of entries) callbacks.get(entry.target)?.(entry.isIntersecting);
    },
    { rootMargin: MARGIN },
  );
  callbacks.set(element, callback);
  observer.observe(element);
  return () => {
    callbacks.delete(element);
    observer?.unobserve(element);
  };
}
