"""Is a foreign comment Markdown or HTML? Systems that imported from others hold both in one column."""

import re

_CODE = re.compile(r"^ {0,3}```.*?(?:^ {0,3}```[^\n]*$|\Z)|`[^`\n]+`", re.DOTALL | re.MULTILINE)
_BLOCK_NAMES = "p|br|div|blockquote|pre|ul|ol|li|h[1-6]|hr|table"
# Elements that Disqus and WordPress write into comments. Others, such as <foo> or <3, are somebody's words.
_INLINE_NAMES = "a|b|strong|i|em|u|s|strike|del|code|img|span|font|spoiler|sub|sup|q|cite|abbr|small"
_ATTRIBUTES = r"(?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))?)*\s*/?"
_BLOCK = re.compile(rf"</?(?:{_BLOCK_NAMES}){_ATTRIBUTES}>", re.IGNORECASE)
_STARTS_WITH_BLOCK = re.compile(rf"\s*<(?:{_BLOCK_NAMES}){_ATTRIBUTES}>", re.IGNORECASE)
_INLINE = re.compile(rf"<(/?)({_INLINE_NAMES}){_ATTRIBUTES}>", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"\*\*\S|(?<!\w)__\S|\]\(|^ {0,3}(?:#{1,6} |> ?\S|[-*+] \S|\d{1,9}[.)] \S)|`|^\[[^\]\n]{1,200}\]: ", re.MULTILINE
)


def is_html(text: str) -> bool:
    """Whether the text was written as HTML.

    It was when it begins with a block element, as every comment from Disqus does, or when it holds complete elements
    and no mark of Markdown. Tags inside of code, unknown ones and unpaired ones do not count: Markdown allows a tag
    here and there, and people write <3.
    """
    if "<" not in text:
        return False
    if _STARTS_WITH_BLOCK.match(text):
        return True
    prose = _CODE.sub("", text)
    if not (_BLOCK.search(prose) or _has_whole_element(prose)):
        return False
    return not _MARKDOWN.search(text)


def with_paragraphs(text: str) -> str:
    """HTML whose paragraphs were only lines, as WordPress stores it, with the elements that make them visible."""
    if _BLOCK.search(text):
        return text
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))
    return "\n".join(f"<p>{_with_breaks(part)}</p>" for part in paragraphs if part)


def _with_breaks(text: str) -> str:
    return "<br>\n".join(line.rstrip(" ") for line in text.split("\n"))


def _has_whole_element(text: str) -> bool:
    """Whether an inline element is opened and closed again, or is an image. One pass: a text may be hostile."""
    opened = set()
    for tag in _INLINE.finditer(text):
        name = tag[2].lower()
        if name == "img" or (tag[1] and name in opened):
            return True
        if not tag[1]:
            opened.add(name)
    return False
