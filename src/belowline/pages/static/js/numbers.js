// Numbers stand on the page in the digits of its language: the zeros of all those sets end in the same four bits.

export const toNumber = (text) => Number(text.replace(/[٠-٩۰-۹]/g, (digit) => digit.charCodeAt(0) & 15).replace(/\D/g, ''));

export function likewise(number, text) {
  const zero = /\p{Nd}/u.exec(text)[0].charCodeAt(0) & ~15;
  const latin = number.toLocaleString(`${document.documentElement.lang}-u-nu-latn`);
  return latin.replace(/\d/g, (digit) => String.fromCharCode(zero + Number(digit)));
}
