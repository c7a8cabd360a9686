// A map of the text, to be moved and enlarged: the data of its drawing, shown by Leaflet. Both come with the first press
// and not before; there are no tiles, and nobody else is asked. Its colours are in map.css.

import { button, make, sentences } from './page.js';

let library;
const leaflet = () =>
  (library ??= Promise.all([
    import('./leaflet.js'),
    new Promise((resolve, reject) => {
      const style = make('link', { rel: 'stylesheet', href: new URL('./leaflet.css', import.meta.url) });
      style.addEventListener('load', resolve);
      style.addEventListener('error', reject);
      document.head.append(style);
    }),
  ]).then(() => window.L));

const open = new WeakMap();

export async function toggle(pressed) {
  const figure = pressed.closest('[data-map]');
  const drawing = figure.querySelector('picture');
  const { words } = await sentences();
  if (open.has(figure)) {
    open.get(figure).remove();
    open.delete(figure);
    figure.querySelector('.live').remove();
    drawing.hidden = false;
    pressed.textContent = words.openMap;
    return;
  }
  const [L, data] = await Promise.all([
    leaflet(),
    fetch(figure.dataset.map).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer))),
  ]);
  const picture = drawing.querySelector('img');
  // Leaflet counts from the left, also where the page runs from the right.
  const place = make('div', { class: 'sheet', dir: 'ltr', role: 'application', 'aria-label': picture.alt });
  const live = make('div', { class: 'live' }, place);
  place.style.aspectRatio = `${picture.width} / ${picture.height}`;
  drawing.hidden = true;
  drawing.after(live);
  const map = shown(L, place, data);
  open.set(figure, map);
  const whole = () => map.fitBounds(map.options.start);
  live.append(
    make(
      'p',
      { class: 'zoom' },
      button('+', () => map.zoomIn(), { class: 'button', 'data-quiet': true, 'aria-label': words.zoomIn }),
      button('−', () => map.zoomOut(), { class: 'button', 'data-quiet': true, 'aria-label': words.zoomOut }),
      button('⌂', whole, { class: 'button', 'data-quiet': true, 'aria-label': words.zoomWhole }),
    ),
  );
  pressed.textContent = words.closeMap;
  place.focus({ preventScroll: true });
}

function shown(L, place, data) {
  const [west, south, east, north] = data.bbox;
  const around = L.latLngBounds([south, west], [north, east]);
  // The data reach half a sheet beyond the drawing on every side.
  const start = around.pad(-0.25);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = L.map(place, {
    attributionControl: false,
    zoomControl: false,
    scrollWheelZoom: false,
    zoomSnap: 0.25,
    maxBounds: around,
    maxBoundsViscosity: 1,
    zoomAnimation: !still,
    fadeAnimation: !still,
    start,
  });
  map.fitBounds(start);
  map.setMinZoom(map.getZoom());
  map.setMaxZoom(map.getZoom() + 6);
  const ground = data.features.filter((one) => one.properties.layer !== 'place');
  const places = data.features.filter((one) => one.properties.layer === 'place');
  L.geoJSON(ground, {
    interactive: false,
    style: (one) => ({ className: `map-${one.properties.layer}`, smoothFactor: 0.7 }),
    onEachFeature: (one, layer) => {
      const label = one.properties.name;
      if (label) layer.bindTooltip(make('bdi', {}, label), { permanent: true, direction: 'center', className: 'map-name', opacity: 1 });
    },
  }).addTo(map);
  for (const one of places) add(L, map, one, places.length);
  return map;
}

function add(L, map, feature, count) {
  const { name, number, precision, radius } = feature.properties;
  const label = make('bdi', {}, name);
  const options = { permanent: count <= 12, direction: 'auto', className: 'map-name', opacity: 1 };
  if (feature.geometry.type !== 'Point') {
    L.geoJSON(feature, { style: { className: 'map-area' } }).addTo(map).bindTooltip(label, { ...options, direction: 'center' });
    return;
  }
  const [longitude, latitude] = feature.geometry.coordinates;
  // On the side of the date line where the sheet is.
  const at = [latitude, longitude < map.options.maxBounds.getWest() ? longitude + 360 : longitude];
  if (radius) L.circle(at, { radius, className: 'map-reach', interactive: false }).addTo(map);
  const mark = make('span', { class: `map-mark ${precision}` }, make('span', {}, number));
  const marker = L.marker(at, { icon: L.divIcon({ className: 'map-icon', html: mark, iconSize: [24, 24] }) }).addTo(map);
  marker.bindTooltip(label, { ...options, offset: [12, 0] });
  // It can be reached to hear or see its name, and there is nothing to press.
  marker.getElement().setAttribute('role', 'img');
  marker.getElement().setAttribute('aria-label', `${number} ${name}`);
}
