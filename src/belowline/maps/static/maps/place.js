// A click on the map fills in latitude and longitude; what is typed there moves the mark. Natural Earth comes from this
// site, anew for each part of the world that is looked at.
(() => {
  const begin = (place) => {
    if (place.dataset.begun) return;
    place.dataset.begun = 'yes';
    const form = place.closest('form');
    const [north, east] = ['latitude', 'longitude'].map((name) => form.querySelector(`[name$="${name}"]`));
    const map = L.map(place, { attributionControl: false, scrollWheelZoom: false, minZoom: 1, maxZoom: 12, worldCopyJump: true });
    // Below the mark, however late it comes.
    map.createPane('ground').style.zIndex = 300;
    let ground = L.layerGroup().addTo(map);
    let mark;
    let asked = 0;
    const look = async () => {
      const seen = map.getBounds();
      // In a dialog or a closed panel there is nothing to look at yet.
      if (!place.clientWidth || !place.clientHeight) return;
      const query = new URLSearchParams({ west: seen.getWest(), south: seen.getSouth(), east: seen.getEast(), north: seen.getNorth() });
      const turn = ++asked;
      const answer = await fetch(`${place.dataset.ground}?${query}`);
      if (!answer.ok || turn !== asked) return;
      const style = ({ properties: { layer } }) => ({ className: layer === 'land' ? 'land' : `line ${layer}` });
      const fresh = L.layerGroup([L.geoJSON(await answer.json(), { interactive: false, pane: 'ground', style })]).addTo(map);
      ground.remove();
      ground = fresh;
    };
    const show = (isNear) => {
      const at = [Number(north.value), Number(east.value)];
      if (!north.value || !east.value || !at.every(Number.isFinite) || Math.abs(at[0]) > 90 || Math.abs(at[1]) > 180) return;
      mark ??= L.circleMarker(at, { radius: 7, color: '#a3211b', fillColor: '#a3211b', fillOpacity: 0.6, interactive: false }).addTo(map);
      mark.setLatLng(at).bringToFront();
      if (isNear) map.setView(at, Math.max(map.getZoom() ?? 0, 8));
    };
    map.on('moveend', look);
    map.on('click', ({ latlng }) => {
      const at = latlng.wrap();
      north.value = at.lat.toFixed(5);
      east.value = at.lng.toFixed(5);
      for (const field of [north, east]) field.dispatchEvent(new Event('change', { bubbles: true }));
      show(false);
    });
    for (const field of [north, east]) field.addEventListener('input', () => show(true));
    map.setView([25, 10], 2);
    show(true);
    new ResizeObserver(() => {
      map.invalidateSize();
      look();
    }).observe(place);
  };
  const all = () => document.querySelectorAll('[data-place-map]').forEach(begin);
  document.addEventListener('DOMContentLoaded', all);
  new MutationObserver(all).observe(document.documentElement, { childList: true, subtree: true });
})();
