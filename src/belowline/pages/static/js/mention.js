// Names for whoever types "@": a list that stands beside the text and never takes the focus (ARIA's list autocomplete,
// for a text of several lines). Without this script a name that is typed works just as well.

import { make, say, sentences } from './page.js';

const BEGUN = /(^|[^\p{L}\p{N}_@./+-])@([^\n@]{0,40})$/u;
const MOST = 8;
let boxes = 0;

// Beginnings first, then names with a word that begins so.
function fitting(names, typed) {
  const low = typed.toLocaleLowerCase();
  const starts = names.filter((name) => name.toLocaleLowerCase().startsWith(low));
  const within = names.filter((name) => !starts.includes(name) && name.toLocaleLowerCase().includes(` ${low}`));
  return [...starts, ...within].slice(0, MOST);
}

export async function offer(area, address) {
  const { words, counted } = await sentences();
  const answer = await fetch(address, { headers: { Accept: 'application/json' } }).then((found) => found.json()).catch(() => ({}));
  const names = answer.names ?? [];
  if (!names.length || !area.isConnected) return;
  const id = `names-${(boxes += 1)}`;
  const list = make('ul', { class: 'names', id, role: 'listbox', 'aria-label': words.names, hidden: true });
  area.after(list);
  area.setAttribute('aria-autocomplete', 'list');
  let active = -1;
  let told = 0;

  const close = () => {
    list.hidden = true;
    told = 0;
    area.removeAttribute('aria-activedescendant');
    area.removeAttribute('aria-controls');
  };

  const choose = (index) => {
    active = (index + list.children.length) % list.children.length;
    [...list.children].forEach((one, place) => one.setAttribute('aria-selected', String(place === active)));
    area.setAttribute('aria-activedescendant', list.children[active].id);
    list.children[active].scrollIntoView({ block: 'nearest' });
  };

  const take = (name) => {
    const caret = area.selectionStart;
    const from = caret - BEGUN.exec(area.value.slice(0, caret))[2].length;
    area.setRangeText(`${name} `, from, caret, 'end');
    close();
    area.focus();
    area.dispatchEvent(new InputEvent('input', { bubbles: true }));
  };

  const look = () => {
    const [, , typed] = BEGUN.exec(area.value.slice(0, area.selectionStart)) ?? [];
    const found = typed === undefined || area.selectionStart !== area.selectionEnd ? [] : fitting(names, typed);
    // What is written out needs no help.
    if (!found.length || typed.trimEnd().toLocaleLowerCase() === found[0].toLocaleLowerCase()) return close();
    list.replaceChildren(
      ...found.map((name, index) => make('li', { role: 'option', id: `${id}-${index}`, 'aria-selected': 'false' }, make('bdi', {}, name))),
    );
    list.hidden = false;
    area.setAttribute('aria-controls', id);
    choose(0);
    if (told !== found.length) say(counted('named', (told = found.length)));
  };

  list.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    const option = event.target.closest('[role=option]');
    if (option) take(option.textContent);
  });
  area.addEventListener('input', look);
  area.addEventListener('blur', close);
  area.addEventListener(
    'keydown',
    (event) => {
      if (list.hidden || event.isComposing) return;
      const act = {
        ArrowDown: () => choose(active + 1),
        ArrowUp: () => choose(active - 1),
        Enter: () => take(list.children[active].textContent),
        Tab: () => take(list.children[active].textContent),
        Escape: close,
      }[event.key];
      if (!act || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    },
  );
  look();
}
