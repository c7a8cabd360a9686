// The device's own way to share, beside the links.

export function share() {
  const { href: url } = document.querySelector('link[rel=canonical]') ?? location;
  // A reader who thinks better of it is no error.
  return navigator.share({ title: document.title, url }).catch(() => {});
}
