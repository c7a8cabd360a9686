// Whatever `change` does to the page, what a reader looks at stays where it is: the first of `marks` that reaches below a
// third of the screen. With `isFollowed` the reader sees the place that changes and wants to see the change.

export function still(change, marks, isFollowed) {
  const anchor = marks.find((one) => one.getBoundingClientRect().bottom > innerHeight / 3);
  const before = anchor?.getBoundingClientRect().top;
  const { style } = document.documentElement;
  style.overflowAnchor = 'none'; // the browser's own way of the same would count twice
  change();
  if (anchor?.isConnected && !isFollowed) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: 'instant' });
  requestAnimationFrame(() => requestAnimationFrame(() => (style.overflowAnchor = '')));
}
