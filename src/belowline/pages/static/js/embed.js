// Embed cards: the player of another site, loaded when a reader asks for it and not before.

export function load(button) {
  const { player, title } = button.dataset;
  const frame = document.createElement('iframe');
  frame.src = player;
  frame.title = title;
  frame.loading = 'eager';
  frame.allow = 'fullscreen; picture-in-picture; encrypted-media';
  // What a player needs; it can neither lead this page away nor open windows without a press.
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation');
  frame.referrerPolicy = 'strict-origin-when-cross-origin';
  button.closest('figure').querySelector('figcaption').before(frame);
  button.remove();
  frame.focus();
}
