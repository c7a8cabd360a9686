// The article's words as the site counts them: code points of the canonical text. domain/anchoring/blocks.py reads the
// same page by the same rule; tests/browser/test_passages.py holds the two together.

const APART = 'p, h1, h2, h3, h4, h5, h6, li, td, th, dt, dd, caption, figcaption, blockquote, footer, tr, div, section, figure, table, ul, ol';
const LEFT_OUT = 'template, button, script, style, details, picture, svg, aside, meter, span:not(.caption), [aria-hidden=true], .hidden, .mark, .button, .cover';
// What Python's str.split takes for white space; \s is not the same.
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const BETWEEN = '\n\n';

const canonical = (text) => text.normalize('NFC').split(SPACE).filter(Boolean).join(' ');
const length = (text) => [...text].length;
const isBlock = (one) => one.id?.startsWith('b-') && !one.id.endsWith('-h');

// The text nodes of each paragraph, item, cell or caption of a block.
function unitsOf(block) {
  const units = [[]];
  const apart = (one) => one.matches(APART) && units.at(-1).length && units.push([]);
  const read = (parent, isCaptionOnly) => {
    for (const one of parent.childNodes) {
      if (one.nodeType === Node.TEXT_NODE) isCaptionOnly || units.at(-1).push({ node: one, text: one.data });
      if (one.nodeType !== Node.ELEMENT_NODE || isBlock(one)) continue;
      if (one.tagName === 'BR') isCaptionOnly || units.at(-1).push({ node: one, text: ' ' });
      apart(one);
      if (!one.matches(LEFT_OUT)) read(one, one.tagName === 'FIGCAPTION' || (isCaptionOnly && !one.classList.contains('caption')));
      apart(one);
    }
  };
  if (!block.matches(LEFT_OUT)) read(block, false);
  return units
    .map((pieces) => ({ pieces, words: canonical(pieces.map((one) => one.text).join('')) }))
    .filter((unit) => unit.words);
}

// The whole text, and where each block and each of its units begins in it.
export function lettersOf(story) {
  const blocks = [];
  let end = 0;
  for (const element of story.querySelectorAll('[id^="b-"]')) {
    if (!isBlock(element)) continue;
    const units = unitsOf(element);
    const start = end + (end && units.length ? BETWEEN.length : 0);
    let at = start;
    for (const unit of units) {
      unit.start = at;
      at += length(unit.words) + BETWEEN.length;
    }
    if (units.length) end = at - BETWEEN.length;
    blocks.push({ id: element.id, element, start, units });
  }
  const text = [...blocks.flatMap((block) => block.units.map((unit) => unit.words)).join(BETWEEN)];
  return { blocks, text };
}

// How many letters stand before a point of the page.
function placeOf(letters, container, offset) {
  const point = document.createRange();
  point.setStart(container, offset);
  let place = 0;
  for (const { units } of letters.blocks) {
    for (const unit of units) {
      let before = '';
      for (const { node, text } of unit.pieces) {
        if (node === container) before += text.slice(0, offset);
        else if (point.comparePoint(node, 0) < 0) before += text;
        else break;
      }
      const words = canonical(before);
      if (words) place = unit.start + length(words);
      // White space that was passed is a letter, too, where words follow it.
      if (words && words !== unit.words && SPACE.test(before.at(-1))) place += 1;
      if (words !== unit.words) return words ? place : Math.max(place, startsBefore(unit, point) ? unit.start : 0);
    }
  }
  return place;
}

const startsBefore = (unit, point) => point.comparePoint(unit.pieces[0].node, 0) <= 0;

// What was selected: its address without the revision, and its words; null where there are none.
export function chosen(letters, range) {
  let start = placeOf(letters, range.startContainer, range.startOffset);
  let end = placeOf(letters, range.endContainer, range.endOffset);
  while (start < end && SPACE.test(letters.text[start])) start += 1;
  while (end > start && SPACE.test(letters.text[end - 1])) end -= 1;
  if (start >= end) return null;
  const block = letters.blocks.findLast((one) => one.units.length && one.start <= start);
  return { address: `${block.id}.${start - block.start}.${end - block.start}`, exact: letters.text.slice(start, end).join(''), start, end, block };
}

// The other way round: letters of the text as a range of the page; null where they are not there.
export function rangeOf(letters, start, end) {
  const range = document.createRange();
  let begun = false;
  for (const { units } of letters.blocks) {
    for (const unit of units) {
      let place = unit.start;
      let wasSpace = true;
      for (const { node, text } of unit.pieces) {
        let at = 0;
        for (const letter of text) {
          const isSpace = SPACE.test(letter);
          if (!isSpace || !wasSpace) {
            if (place === start && !begun) {
              range.setStart(node, at);
              begun = true;
            }
            place += 1;
            if (begun && place === end) {
              if (node.nodeType === Node.TEXT_NODE) range.setEnd(node, at + letter.length);
              else range.setEndAfter(node);
              return range;
            }
          }
          wasSpace = isSpace;
          at += letter.length;
        }
      }
    }
  }
  return null;
}
